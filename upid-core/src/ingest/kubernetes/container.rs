//! Containers and their states.

use std::borrow::Cow;

use super::read::{integer, resources, text, time};
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::scan::Scanner;
use crate::model::{Container, ContainerType, Resources, Termination};
use crate::units::Timestamp;

/// Flag and notice of a request or limit that cannot be read.
pub(super) const UNREADABLE: &str = "RequestUnreadable";

/// Reads the containers of a pod spec, and adds the ports that they take on the node.
pub(super) fn containers(
    scan: &mut Scanner<'_>,
    kind: ContainerType,
    into: &mut Vec<Container>,
    host_ports: &mut Vec<u32>,
) -> Result<()> {
    // Of a repeated key the last wins.
    into.clear();
    // Most pods have one, and a container is large.
    into.reserve_exact(1);
    scan.array(|scan, _| {
        let at = scan.offset();
        let container = container(scan, kind, host_ports)?;
        if container.name.is_empty() {
            return Err(Error::new(ErrorKind::MissingField, "a container without a name")
                .at_byte(at)
                .hint("every container of Kubernetes has a name"));
        }
        into.push(container);
        Ok(())
    })
}

fn container(
    scan: &mut Scanner<'_>,
    kind: ContainerType,
    host_ports: &mut Vec<u32>,
) -> Result<Container> {
    let mut read = Container { kind, ..Container::default() };
    let mut unreadable = false;
    scan.object(|scan, key| {
        match key {
            "name" => read.name = text(scan)?.unwrap_or_default(),
            "image" => read.image = text(scan)?,
            "resources" => {
                let (requests, limits, bad) = both(scan)?;
                (read.requests, read.limits, unreadable) = (requests, limits, bad);
            }
            "ports" => scan.array(|scan, _| {
                scan.object(|scan, key| {
                    let list = match key {
                        "containerPort" => &mut read.ports,
                        "hostPort" => &mut *host_ports,
                        _ => return Ok(()),
                    };
                    let port = integer(scan)?.and_then(|n| u32::try_from(n).ok());
                    list.extend(port.filter(|&port| port > 0));
                    Ok(())
                })
            })?,
            // An init container that never ends runs beside the others.
            "restartPolicy" => {
                let always = scan.text()?.as_deref() == Some("Always");
                if always && kind == ContainerType::Init {
                    read.kind = ContainerType::Sidecar;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if unreadable {
        read.flags.push(UNREADABLE.to_owned());
    }
    Ok(read)
}

/// `requests` and `limits`, and whether one of them holds a value that cannot be read.
pub(super) fn both(scan: &mut Scanner<'_>) -> Result<(Resources, Resources, bool)> {
    let (mut requests, mut limits, mut unreadable) =
        (Resources::default(), Resources::default(), false);
    scan.object(|scan, key| {
        let side = match key {
            "requests" => &mut requests,
            "limits" => &mut limits,
            _ => return Ok(()),
        };
        let bad;
        (*side, bad) = resources(scan, UNREADABLE)?;
        unreadable |= bad;
        Ok(())
    })?;
    Ok((requests, limits, unreadable))
}

/// What a pod's status says of one container.
#[derive(Debug, Default)]
pub(super) struct ContainerStatus<'a> {
    name: Cow<'a, str>,
    restarts: Option<u64>,
    allocated: Option<Resources>,
    actual: Option<Resources>,
    ended: Option<Ended>,
    ended_before: Option<Ended>,
}

#[derive(Debug)]
struct Ended {
    reason: Option<String>,
    at: Option<Timestamp>,
}

impl<'a> ContainerStatus<'a> {
    pub(super) fn read(scan: &mut Scanner<'a>) -> Result<Self> {
        let mut read = Self::default();
        scan.object(|scan, key| {
            match key {
                "name" => read.name = scan.text()?.unwrap_or_default(),
                "restartCount" => {
                    read.restarts = integer(scan)?.and_then(|n| u64::try_from(n).ok());
                }
                "state" => read.ended = terminated(scan)?,
                "lastState" => read.ended_before = terminated(scan)?,
                "allocatedResources" => {
                    read.allocated = Some(resources(scan, "UnreadableValue")?.0);
                }
                "resources" => read.actual = Some(both(scan)?.0),
                _ => {}
            }
            Ok(())
        })?;
        Ok(read)
    }

    /// When it ended, if it has.
    pub(super) fn ended_at(&self) -> Option<Timestamp> {
        self.ended.as_ref().and_then(|ended| ended.at)
    }

    /// Adds it to the container that it is about.
    pub(super) fn give(mut self, containers: &mut [Container]) {
        let Some(container) = containers.iter_mut().find(|c| c.name == self.name) else { return };
        container.restarts = self.restarts;
        // Kubernetes repeats the spec in the status; only what differs from it says that a resize is under way.
        let differs = |view: &Option<Resources>| {
            view.as_ref().is_some_and(|view| *view != container.requests)
        };
        if differs(&self.allocated) || differs(&self.actual) {
            container.allocated = self.allocated.map(Box::new);
            container.actual = self.actual.map(Box::new);
        }
        // The newest end counts, but a kill for memory is not hidden by what came after it.
        let killed = |e: &Option<Ended>| {
            e.as_ref().is_some_and(|e| e.reason.as_deref() == Some("OOMKilled"))
        };
        let last = if self.ended.is_none() || (killed(&self.ended_before) && !killed(&self.ended)) {
            self.ended_before.take()
        } else {
            self.ended.take()
        };
        container.last_termination = last.map(|Ended { reason, at }| Termination { reason, at });
    }
}

fn terminated(scan: &mut Scanner<'_>) -> Result<Option<Ended>> {
    let mut ended = None;
    scan.object(|scan, key| {
        if key != "terminated" || scan.null()? {
            return Ok(());
        }
        let mut read = Ended { reason: None, at: None };
        scan.object(|scan, key| {
            match key {
                "reason" => read.reason = text(scan)?,
                "finishedAt" => read.at = time(scan)?,
                _ => {}
            }
            Ok(())
        })?;
        ended = Some(read);
        Ok(())
    })?;
    Ok(ended)
}
