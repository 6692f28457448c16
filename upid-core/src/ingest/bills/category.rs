//! What a charge is for, by what its bill says. What no rule knows is `Other`.

use crate::model::{BillCategory, Provider};

fn has(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

/// By service (or product code), usage type and resource of an AWS bill; the usage type says most.
pub(super) fn aws(service: &str, usage_type: &str, resource: &str) -> BillCategory {
    match () {
        () if service == "Tax" => BillCategory::Tax,
        () if has(service, &["Support"]) => BillCategory::Support,
        () if has(usage_type, &["NatGateway"]) => BillCategory::Network,
        () if has(usage_type, &["LoadBalancerUsage", "LCUUsage"]) => BillCategory::LoadBalancer,
        () if has(usage_type, &["EBS:", "TimedStorage"]) => BillCategory::Storage,
        () if has(usage_type, &["Bytes", "VpcEndpoint", "ElasticIP", "PublicIPv4"]) => {
            BillCategory::Network
        }
        () if has(
            usage_type,
            &["BoxUsage", "SpotUsage", "DedicatedUsage", "HostUsage", "HeavyUsage", "Fargate"],
        ) =>
        {
            BillCategory::Compute
        }
        () if resource.starts_with("vol-") => BillCategory::Storage,
        () if resource.starts_with("i-") => BillCategory::Compute,
        () if has(service, &["EKS", "Kubernetes"]) => BillCategory::ControlPlane,
        () if has(service, &["AWSELB", "Load Balancing"]) => BillCategory::LoadBalancer,
        () if has(
            service,
            &["AmazonVPC", "Virtual Private Cloud", "DataTransfer", "CloudFront", "Route"],
        ) =>
        {
            BillCategory::Network
        }
        () if has(
            service,
            &["AmazonS3", "Simple Storage", "AmazonEFS", "Elastic File", "Elastic Block", "FSx"],
        ) =>
        {
            BillCategory::Storage
        }
        () if has(service, &["Elastic Compute Cloud - Compute", "Lambda"]) => BillCategory::Compute,
        () => BillCategory::Other,
    }
}

/// By descriptions of service and SKU of a Google bill.
pub(super) fn gcp(service: &str, sku: &str) -> BillCategory {
    match () {
        () if has(service, &["Support"]) => BillCategory::Support,
        () if has(sku, &["Licens"]) => BillCategory::License,
        () if has(sku, &["Load Balanc", "Forwarding Rule"]) => BillCategory::LoadBalancer,
        () if has(service, &["Kubernetes Engine"]) && !has(sku, &["Pod"]) => {
            BillCategory::ControlPlane
        }
        () if has(sku, &["GPU", "Gpu", "Tpu", "TPU"]) => BillCategory::Gpu,
        () if has(
            sku,
            &["Egress", "Ingress", "Network", "Data Transfer", "External IP", "Static Ip", "NAT "],
        ) =>
        {
            BillCategory::Network
        }
        () if has(sku, &["PD Capacity", "Storage", "Snapshot", "Hyperdisk", "SSD backed"]) => {
            BillCategory::Storage
        }
        () if has(sku, &["Core", " Ram", "RAM", "Instance", "Pod"])
            && has(service, &["Compute Engine", "Kubernetes Engine"]) =>
        {
            BillCategory::Compute
        }
        () if has(service, &["Networking", "Cloud DNS", "Cloud NAT"]) => BillCategory::Network,
        () if has(service, &["Cloud Storage", "Filestore"]) => BillCategory::Storage,
        () => BillCategory::Other,
    }
}

/// By meter category and meter of an Azure bill.
pub(super) fn azure(category: &str, meter: &str) -> BillCategory {
    match category {
        "Tax" => BillCategory::Tax,
        c if c.contains("Support") => BillCategory::Support,
        c if c.contains("Licenses") => BillCategory::License,
        "Virtual Machines" | "Container Instances" | "Cloud Services" | "Functions" => {
            BillCategory::Compute
        }
        c if has(c, &["Storage", "NetApp"]) || meter.contains("Disk") => BillCategory::Storage,
        "Load Balancer" | "Application Gateway" => BillCategory::LoadBalancer,
        c if has(
            c,
            &["Virtual Network", "Bandwidth", "NAT Gateway", "VPN", "ExpressRoute", "DNS"],
        ) =>
        {
            BillCategory::Network
        }
        "Azure Kubernetes Service" => BillCategory::ControlPlane,
        _ => BillCategory::Other,
    }
}

/// By service category and name of a FOCUS row.
pub(super) fn focus(category: &str, service: &str) -> BillCategory {
    match category {
        _ if has(service, &["Load Balanc"]) => BillCategory::LoadBalancer,
        _ if has(service, &["Kubernetes"]) => BillCategory::ControlPlane,
        _ if has(service, &["Support"]) => BillCategory::Support,
        "Compute" => BillCategory::Compute,
        "Storage" => BillCategory::Storage,
        "Networking" => BillCategory::Network,
        _ => BillCategory::Other,
    }
}

/// A provider by any of its names.
pub(super) fn provider(name: &str) -> Provider {
    let name = name.to_ascii_lowercase();
    match () {
        () if has(&name, &["aws", "amazon"]) => Provider::Aws,
        () if has(&name, &["google", "gcp"]) => Provider::Gcp,
        () if has(&name, &["microsoft", "azure"]) => Provider::Azure,
        () if name.is_empty() => Provider::Unknown,
        () => Provider::OtherCloud,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_charges() {
        let ec2 = "AmazonEC2";
        for (usage, resource, want) in [
            ("USE2-BoxUsage:m5.xlarge", "i-0abc", BillCategory::Compute),
            ("USE2-DataTransfer-Out-Bytes", "i-0abc", BillCategory::Network),
            ("EBS:VolumeUsage.gp3", "vol-0abc", BillCategory::Storage),
            ("NatGateway-Hours", "arn:aws:…", BillCategory::Network),
            ("LoadBalancerUsage", "arn:aws:…", BillCategory::LoadBalancer),
            ("CW:Requests", "", BillCategory::Other),
        ] {
            assert_eq!(aws(ec2, usage, resource), want, "{usage}");
        }
        assert_eq!(
            aws("AmazonEKS", "USE2-AmazonEKS-Hours:perCluster", ""),
            BillCategory::ControlPlane
        );
        for (sku, want) in [
            ("N2 Instance Core running in Americas", BillCategory::Compute),
            ("N2 Instance Ram running in Americas", BillCategory::Compute),
            ("Nvidia Tesla T4 GPU running in Iowa", BillCategory::Gpu),
            ("Storage PD Capacity", BillCategory::Storage),
            ("Network Internet Data Transfer Out", BillCategory::Network),
            ("Licensing Fee for Windows", BillCategory::License),
        ] {
            assert_eq!(gcp("Compute Engine", sku), want, "{sku}");
        }
        assert_eq!(
            gcp("Kubernetes Engine", "Regional Kubernetes Clusters"),
            BillCategory::ControlPlane
        );
        assert_eq!(azure("Virtual Machines Licenses", ""), BillCategory::License);
        assert_eq!(provider("Amazon Web Services, Inc."), Provider::Aws);
    }
}
