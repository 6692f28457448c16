//! What the objects say about workloads, volumes and load balancers.

use serde_json::{Value, json};

use super::*;
use crate::model::Workload;

#[allow(clippy::needless_pass_by_value)] // written in place
fn object(api: &str, kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({
        "apiVersion": api, "kind": kind,
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": "2026-06-01T00:00:00Z"},
    });
    for (key, value) in rest.as_object().unwrap() {
        if key == "metadata" {
            let own = object["metadata"].as_object_mut().unwrap();
            own.extend(value.as_object().unwrap().clone());
        } else {
            object[key] = value.clone();
        }
    }
    object
}

fn web(rest: &Value) -> Value {
    let mut web = object(
        "apps/v1",
        "Deployment",
        "web",
        json!({
        "metadata": {"generation": 3, "resourceVersion": "7", "uid": "d-1"},
        "spec": {"replicas": 2, "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "priorityClassName": "high",
                "containers": [{"name": "app", "ports": [{"containerPort": 8080}],
                    "resources": {"requests": {"cpu": "250m"}}}],
                "volumes": [
                    {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
                    {"name": "tmp", "emptyDir": {"medium": "Memory"}},
                    {"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}},
                    {"name": "token", "projected": {"sources": []}},
                    {"name": "nfs", "nfs": {"server": "x"}}]}}},
        "status": {"observedGeneration": 3, "replicas": 2, "updatedReplicas": 2,
            "conditions": [{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
                "lastUpdateTime": "2026-06-10T00:00:00Z"}]}}),
    );
    for (key, value) in rest.as_object().unwrap() {
        web[key].as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    }
    web
}

fn pod(name: &str, ready: &str) -> Value {
    object(
        "v1",
        "Pod",
        name,
        json!({
        "metadata": {"uid": name, "labels": {"app": "web"}, "ownerReferences": [
            {"kind": "ReplicaSet", "name": "web-5d9c7b8f6d", "controller": true}]},
        "spec": {"nodeName": "n1", "containers": [{"name": "app"}, {"name": "istio-proxy"}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]},
        "status": {"phase": "Running", "startTime": "2026-06-26T00:00:00Z", "conditions": [
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-06-26T00:00:00Z"},
            {"type": "Ready", "status": "True", "lastTransitionTime": ready}]}}),
    )
}

fn of(objects: &[Value]) -> Snapshot {
    let items: Vec<String> = objects.iter().map(Value::to_string).collect();
    snapshot(&[&list(&items.iter().map(String::as_str).collect::<Vec<_>>())])
}

fn fact(objects: &[Value]) -> Value {
    let snapshot = of(objects);
    let workload: Vec<&Workload> = snapshot.workloads.iter().filter(|w| w.name == "web").collect();
    assert_eq!(workload.len(), 1);
    serde_json::to_value(workload[0]).unwrap()
}

#[test]
fn a_deployment_by_itself() {
    let web = fact(&[web(&json!({}))]);
    let expected = json!({
        "kind": "Deployment", "namespace": "shop", "name": "web", "uid": "d-1", "resourceVersion": "7",
        "generation": 3, "replicas": 2, "readyReplicas": 0, "labels": {}, "annotations": {},
        "priorityClass": "high", "createdAt": "2026-06-01T00:00:00Z",
        "lastRolloutAt": "2026-06-10T00:00:00Z", "rolloutInProgress": false, "paused": false,
        "controller": null, "staticPod": false, "containerPorts": [8080],
        "containers": [{"name": "app", "type": "App", "requests": {"cpuCores": 0.25}, "limits": {}, "ports": [8080]}],
        "volumes": [{"type": "PersistentVolumeClaim"}, {"type": "EmptyDir", "medium": "Memory"},
            {"type": "PersistentVolumeClaim"}, {"type": "Other"}],
    });
    assert_eq!(web, expected);
}

#[test]
#[allow(clippy::too_many_lines)] // one object of every kind
fn what_others_say_about_it() {
    let service = |name: &str, kind: &str| {
        object(
            "v1",
            "Service",
            name,
            json!({"spec": {"type": kind, "selector": {"app": "web"}, "sessionAffinity": "ClientIP"}}),
        )
    };
    let budget = object(
        "policy/v1",
        "PodDisruptionBudget",
        "pdb",
        json!({
        "spec": {"minAvailable": "50%", "selector": {"matchExpressions": [
            {"key": "app", "operator": "In", "values": ["web"]}, {"key": "canary", "operator": "DoesNotExist"}]}},
        "status": {"disruptionsAllowed": 1}}),
    );
    let hpa = object(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        "hpa",
        json!({
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 5, "metrics": [
            {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]}}),
    );
    let keda = object(
        "keda.sh/v1alpha1",
        "ScaledObject",
        "queue",
        json!({
        "metadata": {"annotations": {"autoscaling.keda.sh/paused": "true"}},
        "spec": {"scaleTargetRef": {"name": "web"}, "maxReplicaCount": 9,
            "triggers": [{"type": "kafka", "metadata": {"topic": "t"}, "authenticationRef": {"name": "secret"}}]}}),
    );
    let vpa = object(
        "autoscaling.k8s.io/v1",
        "VerticalPodAutoscaler",
        "vpa",
        json!({
        "spec": {"targetRef": {"kind": "Deployment", "name": "web"}}}),
    );
    let lease = object(
        "coordination.k8s.io/v1",
        "Lease",
        "leader",
        json!({
        "spec": {"holderIdentity": "web-5d9c7b8f6d-b_1b2c3d", "renewTime": "2026-06-26T10:14:00.000000Z"}}),
    );
    let hook = object(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "check",
        json!({
        "webhooks": [
            {"failurePolicy": "Ignore", "clientConfig": {"service": {"namespace": "shop", "name": "web"}}},
            {"failurePolicy": "Fail", "clientConfig": {"service": {"namespace": "shop", "name": "web"}}}]}),
    );
    let api = object(
        "apiregistration.k8s.io/v1",
        "APIService",
        "v1.x",
        json!({
        "spec": {"service": {"namespace": "shop", "name": "web"}}}),
    );
    let crd = object(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "xs.x",
        json!({
        "spec": {"conversion": {"webhook": {"clientConfig": {"service": {"namespace": "shop", "name": "web"}}}}}}),
    );
    let ingress = object(
        "networking.k8s.io/v1",
        "Ingress",
        "in",
        json!({
        "spec": {"rules": [{"host": "shop.example", "http": {"paths": [
            {"backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}}),
    );
    let mesh = object(
        "networking.istio.io/v1",
        "VirtualService",
        "vs",
        json!({
        "spec": {"hosts": ["web.shop.svc.cluster.local", "shop.example"], "http": [
            {"route": [{"destination": {"host": "web"}}]}]}}),
    );
    let rule = object(
        "networking.istio.io/v1",
        "DestinationRule",
        "dr",
        json!({"spec": {"host": "web.shop"}}),
    );
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"env": "prod"}}});
    let old = object(
        "apps/v1",
        "ReplicaSet",
        "web-5d9c7b8f6d",
        json!({
        "metadata": {"creationTimestamp": "2026-06-12T00:00:00Z",
            "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": true}]}}),
    );
    let objects = [
        web(&json!({})),
        old,
        service("web", "ClusterIP"),
        service("lb", "LoadBalancer"),
        budget,
        hpa,
        keda,
        vpa,
        lease,
        hook,
        api,
        crd,
        ingress,
        mesh,
        rule,
        namespace,
        pod("web-5d9c7b8f6d-a", "2026-06-26T00:00:10Z"),
        pod("web-5d9c7b8f6d-b", "2026-06-26T00:00:30.5Z"),
    ];
    let web = fact(&objects);
    assert_eq!(
        web["autoscaler"],
        json!({"kind": "Keda", "name": "queue", "minReplicas": 0, "maxReplicas": 9,
        "paused": true, "triggers": [{"type": "kafka", "metadata": {"topic": "t"}}], "also": ["Hpa", "Vpa"]})
    );
    assert_eq!(web["disruptionBudget"], json!({"minAvailable": "50%", "disruptionsAllowed": 1}));
    assert_eq!(web["lease"], json!({"held": true, "name": "leader"}));
    assert_eq!(
        web["apiBackends"],
        json!([
        {"kind": "APIService", "name": "v1.x"}, {"kind": "CustomResourceDefinition", "name": "xs.x"},
        {"kind": "ValidatingWebhookConfiguration", "name": "check", "failurePolicy": "Fail"}])
    );
    assert_eq!(web["ingressHosts"], json!(["shop.example"]));
    assert_eq!(
        web["mesh"],
        json!({"sidecar": true, "virtualServices": ["vs"], "destinationRules": ["dr"]})
    );
    assert_eq!(
        web["services"],
        json!([
        {"name": "lb", "type": "LoadBalancer", "sessionAffinity": "ClientIP"},
        {"name": "web", "type": "ClusterIP", "sessionAffinity": "ClientIP"}])
    );
    assert_eq!(web["namespaceLabels"], json!({"env": "prod"}));
    assert_eq!(web["readySecondsP99"], json!(30.5));
    assert_eq!(web["lastRolloutAt"], "2026-06-12T00:00:00Z");
    let snapshot = of(&objects);
    assert_eq!(snapshot.workloads.len(), 1, "the ReplicaSet is a step, no workload");
    let service = serde_json::to_value(&snapshot.services[1]).unwrap();
    assert_eq!(
        service,
        json!({"namespace": "shop", "name": "web", "type": "ClusterIP",
        "selects": [{"kind": "Deployment", "name": "web"}], "ingress": ["shop.example"],
        "mesh": {"virtualServices": ["vs"]}})
    );
    let balancer = serde_json::to_value(&snapshot.load_balancers).unwrap();
    assert_eq!(
        balancer,
        json!([{"namespace": "shop", "service": "lb",
        "life": [{"start": "2026-06-01T00:00:00Z", "end": NOW}],
        "backends": [{"namespace": "shop", "pod": "web-5d9c7b8f6d-a", "uid": "web-5d9c7b8f6d-a"},
            {"namespace": "shop", "pod": "web-5d9c7b8f6d-b", "uid": "web-5d9c7b8f6d-b"}]}])
    );
}

#[test]
fn claims_volumes_and_who_mounts_them() {
    let claim = |name: &str, volume: &str| {
        object(
            "v1",
            "PersistentVolumeClaim",
            name,
            json!({
        "spec": {"volumeName": volume, "storageClassName": "gp3", "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "5Gi"}}},
        "status": {"capacity": {"storage": "10Gi"}}}),
        )
    };
    let local = object(
        "v1",
        "PersistentVolume",
        "pv-disk",
        json!({
        "spec": {"capacity": {"storage": "1Gi"}, "local": {"path": "/x"}, "claimRef": {"namespace": "shop", "name": "disk"}}}),
    );
    let objects = [
        web(&json!({})),
        claim("data", "pv-data"),
        claim("disk", "pv-disk"),
        local,
        pod("web-5d9c7b8f6d-a", "2026-06-26T00:00:10Z"),
    ];
    let web = fact(&objects);
    let gib = 1_073_741_824.0;
    assert_eq!(
        web["volumes"][0],
        json!({"type": "PersistentVolumeClaim", "accessMode": "ReadWriteOnce", "capacityBytes": 10.0 * gib})
    );
    assert_eq!(web["volumes"][2]["type"], "Local");
    let snapshot = of(&objects);
    let volumes = serde_json::to_value(&snapshot.volumes).unwrap();
    assert_eq!(
        volumes,
        json!([
        {"name": "pv-data", "claim": {"namespace": "shop", "name": "data"}, "capacityBytes": 10.0 * gib,
            "life": [{"start": "2026-06-01T00:00:00Z", "end": NOW}],
            "mounts": [{"namespace": "shop", "pod": "web-5d9c7b8f6d-a", "uid": "web-5d9c7b8f6d-a",
                "start": "2026-06-26T00:00:00Z", "end": NOW}]},
        {"name": "pv-disk", "claim": {"namespace": "shop", "name": "disk"}, "capacityBytes": gib,
            "life": [{"start": "2026-06-01T00:00:00Z", "end": NOW}]}])
    );
    assert_eq!(
        serde_json::to_value(&snapshot.pods[0].volumes).unwrap(),
        json!([
        {"type": "PersistentVolumeClaim", "claim": "data", "volume": "pv-data", "capacityBytes": 10.0 * gib,
            "accessMode": "ReadWriteOnce", "storageClass": "gp3"}])
    );
}

#[test]
fn who_keeps_it_as_git_says() {
    let managed = |manager: &str| {
        json!({"metadata": {"managedFields": [
        {"manager": manager, "fieldsV1": {"f:spec": {"f:replicas": {}}}}]}})
    };
    let labelled = |key: &str| json!({"metadata": {"labels": {key: "x"}}});
    let annotated = |key: &str| json!({"metadata": {"annotations": {key: "x"}}});
    for (rest, wanted) in [
        (json!({}), None),
        (managed("kubectl"), Some(Value::Null)),
        (managed("argocd-controller"), Some(json!({"tool": "ArgoCD", "replicasManaged": true}))),
        (managed("kustomize-controller"), Some(json!({"tool": "Flux", "replicasManaged": true}))),
        (annotated("argocd.argoproj.io/tracking-id"), Some(json!({"tool": "ArgoCD"}))),
        (labelled("helm.toolkit.fluxcd.io/name"), Some(json!({"tool": "Flux"}))),
        (annotated("meta.helm.sh/release-name"), Some(json!({"tool": "Helm", "selfHeal": false}))),
    ] {
        assert_eq!(fact(&[web(&rest)]).get("gitOps").cloned(), wanted, "{rest}");
    }
}

#[test]
fn rollouts() {
    let status = |status: Value| json!({"status": status});
    for (rest, wanted) in [
        (status(json!({"observedGeneration": 2})), true),
        (
            status(
                json!({"conditions": [{"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}]}),
            ),
            true,
        ),
        (
            status(
                json!({"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}),
            ),
            false,
        ),
        (status(json!({"conditions": [], "updatedReplicas": 1})), true),
    ] {
        assert_eq!(fact(&[web(&rest)])["rolloutInProgress"], json!(wanted), "{rest}");
    }
    assert_eq!(fact(&[web(&json!({"spec": {"paused": true}}))])["paused"], true);
}

#[test]
fn other_kinds_of_workloads() {
    let template = json!({"spec": {"containers": [{"name": "app"}]}});
    let snapshot = of(&[
        object(
            "apps/v1",
            "StatefulSet",
            "db",
            json!({"spec": {"replicas": 1, "template": template,
            "volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": {"accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}}}}]},
            "status": {"observedGeneration": 1, "currentRevision": "a", "updateRevision": "b"}}),
        ),
        object(
            "apps/v1",
            "DaemonSet",
            "agent",
            json!({"spec": {"template": template},
            "status": {"desiredNumberScheduled": 3, "numberReady": 2, "observedGeneration": 1, "updatedNumberScheduled": 3}}),
        ),
        object(
            "batch/v1",
            "CronJob",
            "report",
            json!({"spec": {"suspend": true, "jobTemplate": {"spec": {"template": template}}}}),
        ),
        object(
            "batch/v1",
            "Job",
            "report-1",
            json!({"metadata": {"ownerReferences": [
            {"kind": "CronJob", "name": "report", "controller": true}]}}),
        ),
        object(
            "v1",
            "Pod",
            "lone",
            json!({"metadata": {"labels": {"a": "b"}},
            "spec": {"containers": [{"name": "app", "ports": [{"containerPort": 1, "hostPort": 2}]}]}}),
        ),
    ]);
    let names: Vec<_> =
        snapshot.workloads.iter().map(|w| format!("{}/{}", w.kind, w.name)).collect();
    assert_eq!(names, ["CronJob/report", "DaemonSet/agent", "Pod/lone", "StatefulSet/db"]);
    let [cron, agent, lone, db] = snapshot.workloads.try_into().unwrap();
    assert_eq!((cron.paused, cron.containers.len()), (Some(true), 1));
    assert_eq!(
        (agent.replicas, agent.ready_replicas, agent.rollout_in_progress),
        (Some(3), Some(2), Some(false))
    );
    assert_eq!((lone.controller, lone.container_ports.unwrap()), (Some(None), vec![1]));
    assert_eq!(snapshot.pods[0].scheduling.as_deref(), Some(&json!({"hostPorts": [2]})));
    assert_eq!(db.rollout_in_progress, Some(true));
    assert_eq!(db.volumes.unwrap()[0].access_mode.as_deref(), Some("ReadWriteOnce"));
}

#[test]
fn resizes_ends_and_services_without_selectors() {
    let status = json!({
        "phase": "Failed", "conditions": [
            {"type": "PodResizePending", "status": "True", "reason": "Infeasible"},
            {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-06-26T00:00:05Z"}],
        "containerStatuses": [{"name": "app", "restartCount": 4,
            "allocatedResources": {"cpu": "1"}, "resources": {"requests": {"cpu": "500m"}},
            "state": {"terminated": {"reason": "Completed", "finishedAt": "2026-06-26T00:00:01Z"}},
            "lastState": {"terminated": {"reason": "OOMKilled", "finishedAt": "2026-06-25T00:00:00Z"}}}]});
    let snapshot = of(&[
        object(
            "v1",
            "Pod",
            "a",
            json!({"status": status, "spec": {
            "overhead": {"cpu": "100m"}, "resources": {"requests": {"memory": "1Gi"}},
            "containers": [{"name": "app", "resources": {"requests": {"cpu": "2"}}}]}}),
        ),
        pod("b", "2026-06-26T00:00:10Z"),
        object("v1", "Service", "s", json!({"spec": {"type": "LoadBalancer"}})),
        object(
            "discovery.k8s.io/v1",
            "EndpointSlice",
            "s-x",
            json!({
            "metadata": {"labels": {"kubernetes.io/service-name": "s"}},
            "endpoints": [{"addresses": ["10.0.0.1"], "targetRef": {"kind": "Pod", "name": "b"}}]}),
        ),
    ]);
    let pod = &snapshot.pods[0];
    assert_eq!(pod.resize.as_deref(), Some("Infeasible"));
    let app = &pod.containers[0];
    assert_eq!(app.allocated.as_ref().unwrap().cpu_cores, Some(1.0));
    assert_eq!(app.actual.as_ref().unwrap().cpu_cores, Some(0.5));
    assert_eq!(
        (app.restarts, app.last_termination.as_ref().unwrap().reason.as_deref()),
        (Some(4), Some("OOMKilled"))
    );
    assert_eq!(pod.overhead.as_ref().unwrap().cpu_cores, Some(0.1));
    assert_eq!(pod.resources.as_ref().unwrap().requests.memory_bytes, Some(1_073_741_824.0));
    // The kubelet's clock stands behind: a life never ends before it begins.
    assert_eq!(pod.finished_at, pod.scheduled_at);
    assert_eq!(snapshot.services[0].selects.as_ref().unwrap()[0].name, "web");
    assert_eq!(snapshot.load_balancers[0].backends[0].pod, "b");
}
