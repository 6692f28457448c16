//! A list of pods as a large cluster has them: what `kubectl get pods -A -o json` and the API server print.

use serde_json::{Value, json};

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As kubectl prints it: indented by four, without managed fields.
    Indented,
    /// As the API server answers: on one line, with managed fields.
    Compact,
}

/// A list of `count` pods of 400 nodes, the same on every run.
pub fn pods(count: usize, form: Form) -> String {
    let mut text = String::from(r#"{"apiVersion":"v1","items":["#);
    for index in 0..count {
        if index > 0 {
            text.push(',');
        }
        let pod = pod(index, form);
        match form {
            Form::Compact => text.push_str(&pod.to_string()),
            Form::Indented => indent(&mut text, &pod),
        }
    }
    text.push_str(r#"],"kind":"List","metadata":{"resourceVersion":""}}"#);
    text
}

fn indent(text: &mut String, pod: &Value) {
    let pretty = serde_json::to_string_pretty(pod).unwrap_or_default();
    for line in pretty.lines() {
        let bare = line.trim_start();
        let depth = (line.len() - bare.len()) / 2;
        text.push('\n');
        for _ in 0..depth + 2 {
            text.push_str("    ");
        }
        text.push_str(bare);
    }
}

fn pod(index: usize, form: Form) -> Value {
    let (app, node) = (index / 5, index % 400);
    let hash = "5d9c7b8f6d";
    let letters = b"bcdfghjklmnpqrstvwxz2456789";
    let suffix: String = (0..5)
        .map(|place| char::from(letters[(index / 27usize.pow(place)) % letters.len()]))
        .collect();
    let name = format!("service-{app}-{hash}-{suffix}");
    let uid = format!("{index:08x}-9fc2-4d1e-8b7a-{:012x}", index * 7919);
    let node = format!("ip-10-0-{}-{}.eu-west-1.compute.internal", node / 250, node % 250);
    let mut metadata = json!({
        "annotations": {"prometheus.io/port": "9090", "prometheus.io/scrape": "true"},
        "creationTimestamp": "2026-06-20T08:12:51Z",
        "generateName": format!("service-{app}-{hash}-"),
        "labels": {"app.kubernetes.io/instance": format!("service-{app}"),
            "app.kubernetes.io/name": format!("service-{app}"), "pod-template-hash": hash, "team": format!("team-{}", app % 50)},
        "name": name, "namespace": format!("team-{}", app % 50),
        "ownerReferences": [{"apiVersion": "apps/v1", "blockOwnerDeletion": true, "controller": true,
            "kind": "ReplicaSet", "name": format!("service-{app}-{hash}"), "uid": format!("{app:08x}-2b1c-4f0e-9d3a-0123456789ab")}],
        "resourceVersion": format!("{}", 90_000_000 + index), "uid": uid,
    });
    if form == Form::Compact {
        metadata["managedFields"] = managed_fields();
    }
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec(app, &node),
        "status": status(index, app)})
}

fn probe(path: &str) -> Value {
    json!({"failureThreshold": 3, "httpGet": {"path": path, "port": 8080, "scheme": "HTTP"},
        "initialDelaySeconds": 5, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1})
}

fn spec(app: usize, node: &str) -> Value {
    let variable = |i: usize| json!({"name": format!("SETTING_{i}"), "value": format!("https://backend-{i}.team.svc.cluster.local:8443/api/v1")});
    let secret = |i: usize| json!({"name": format!("SECRET_{i}"), "valueFrom": {"secretKeyRef": {"key": format!("key-{i}"), "name": format!("service-{app}")}}});
    let environment: Vec<Value> = (0..8).map(variable).chain((0..4).map(secret)).collect();
    let mounts = json!([{"mountPath": "/etc/config", "name": "config", "readOnly": true},
        {"mountPath": "/tmp", "name": "tmp"},
        {"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "kube-api-access-x2x4z", "readOnly": true}]);
    let resources =
        json!({"limits": {"memory": "512Mi"}, "requests": {"cpu": "250m", "memory": "256Mi"}});
    json!({
        "containers": [{"args": ["--port=8080", "--config=/etc/config/app.yaml", "--log-level=info"], "env": environment,
            "image": format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/service-{app}:v1.42.{}", app % 10),
            "imagePullPolicy": "IfNotPresent", "livenessProbe": probe("/healthz"), "name": "app",
            "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}, {"containerPort": 9090, "name": "metrics", "protocol": "TCP"}],
            "readinessProbe": probe("/ready"), "resources": resources,
            "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "readOnlyRootFilesystem": true},
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "volumeMounts": mounts}],
        "dnsPolicy": "ClusterFirst", "enableServiceLinks": true, "nodeName": node, "preemptionPolicy": "PreemptLowerPriority",
        "priority": 0, "restartPolicy": "Always", "schedulerName": "default-scheduler",
        "securityContext": {"fsGroup": 2000, "runAsNonRoot": true, "runAsUser": 1000},
        "serviceAccount": format!("service-{app}"), "serviceAccountName": format!("service-{app}"), "terminationGracePeriodSeconds": 30,
        "tolerations": [{"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300},
            {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 300}],
        "volumes": [{"configMap": {"defaultMode": 420, "name": format!("service-{app}")}, "name": "config"}, {"emptyDir": {}, "name": "tmp"},
            {"name": "kube-api-access-x2x4z", "projected": {"defaultMode": 420, "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
                {"downwardAPI": {"items": [{"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}]}}]}}],
    })
}

fn status(index: usize, app: usize) -> Value {
    let condition = |kind: &str| json!({"lastProbeTime": null, "lastTransitionTime": "2026-06-20T08:12:58Z", "status": "True", "type": kind});
    let conditions: Vec<Value> =
        ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
            .map(condition)
            .into();
    let ip = format!("10.1.{}.{}", index / 250, index % 250);
    json!({
        "conditions": conditions,
        "containerStatuses": [{"allocatedResources": {"cpu": "250m", "memory": "256Mi"},
            "containerID": format!("containerd://{:064x}", index * 31), "image": format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/service-{app}:v1.42.{}", app % 10),
            "imageID": format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/service-{app}@sha256:{:064x}", app * 17),
            "lastState": {}, "name": "app", "ready": true,
            "resources": {"limits": {"memory": "512Mi"}, "requests": {"cpu": "250m", "memory": "256Mi"}},
            "restartCount": index % 3, "started": true, "state": {"running": {"startedAt": "2026-06-20T08:12:57Z"}}}],
        "hostIP": "10.0.0.7", "hostIPs": [{"ip": "10.0.0.7"}], "phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}],
        "qosClass": "Burstable", "startTime": "2026-06-20T08:12:52Z",
    })
}

/// What the API server keeps about who set which field.
fn managed_fields() -> Value {
    let probe = json!({".": {}, "f:failureThreshold": {}, "f:httpGet": {".": {}, "f:path": {}, "f:port": {}, "f:scheme": {}},
        "f:initialDelaySeconds": {}, "f:periodSeconds": {}, "f:successThreshold": {}, "f:timeoutSeconds": {}});
    let mut environment = json!({".": {}});
    for index in 0..12 {
        environment[format!("k:{{\"name\":\"SETTING_{index}\"}}")] =
            json!({".": {}, "f:name": {}, "f:value": {}});
    }
    let condition = json!({".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {}});
    json!([
        {"apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {
            "f:metadata": {"f:annotations": {".": {}, "f:prometheus.io/port": {}, "f:prometheus.io/scrape": {}}, "f:generateName": {},
                "f:labels": {".": {}, "f:app.kubernetes.io/instance": {}, "f:app.kubernetes.io/name": {}, "f:pod-template-hash": {}, "f:team": {}},
                "f:ownerReferences": {".": {}, "k:{\"uid\":\"00000000-2b1c-4f0e-9d3a-0123456789ab\"}": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"app\"}": {".": {}, "f:args": {}, "f:env": environment, "f:image": {}, "f:imagePullPolicy": {},
                "f:livenessProbe": probe, "f:name": {}, "f:readinessProbe": probe,
                "f:resources": {".": {}, "f:limits": {".": {}, "f:memory": {}}, "f:requests": {".": {}, "f:cpu": {}, "f:memory": {}}}}},
                "f:dnsPolicy": {}, "f:enableServiceLinks": {}, "f:restartPolicy": {}, "f:schedulerName": {}, "f:terminationGracePeriodSeconds": {}}},
            "manager": "kube-controller-manager", "operation": "Update", "time": "2026-06-20T08:12:51Z"},
        {"apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {"f:conditions": {
            "k:{\"type\":\"ContainersReady\"}": condition, "k:{\"type\":\"Initialized\"}": condition, "k:{\"type\":\"Ready\"}": condition},
            "f:containerStatuses": {}, "f:hostIP": {}, "f:phase": {}, "f:podIP": {}, "f:podIPs": {".": {}, "k:{\"ip\":\"10.1.0.1\"}": {".": {}, "f:ip": {}}},
            "f:startTime": {}}}, "manager": "kubelet", "operation": "Update", "subresource": "status", "time": "2026-06-20T08:12:58Z"},
    ])
}
