//! `DescribeAvailabilityZones` and `DescribeRegions`.

use serde_json::json;

use super::listing::Listing;
use crate::services::ec2::zones::{zone_id, zones};

pub(super) static ZONES: Listing = Listing {
    action: "DescribeAvailabilityZones",
    set: "availabilityZoneInfo",
    ids: &[("ZoneName", "zoneName"), ("ZoneId", "zoneId")],
    prefix: "",
    code: "InvalidParameterValue",
    missing: "Invalid availability zone: [{}]",
    filters: &[
        ("group-long-name", "groupLongName"),
        ("group-name", "groupName"),
        ("message", "messageSet/message"),
        ("opt-in-status", "optInStatus"),
        ("parent-zone-id", "parentZoneId"),
        ("parent-zone-name", "parentZoneName"),
        ("region-name", "regionName"),
        ("state", "zoneState"),
        ("zone-id", "zoneId"),
        ("zone-name", "zoneName"),
        ("zone-type", "zoneType"),
    ],
    page: 0,
    all: |account| {
        let region = &account.region;
        let zones = zones(region).into_iter().enumerate();
        zones
            .map(|(index, zone)| {
                json!({
                    "zoneName": zone,
                    "zoneId": zone_id(region, index),
                    "zoneState": "available",
                    "zoneType": "availability-zone",
                    "regionName": region,
                    "groupName": format!("{region}-zg-1"),
                    "networkBorderGroup": region,
                    "optInStatus": "opt-in-not-required",
                    "messageSet": [],
                })
            })
            .collect()
    },
};

pub(super) static REGIONS: Listing = Listing {
    action: "DescribeRegions",
    set: "regionInfo",
    ids: &[("RegionName", "regionName")],
    prefix: "",
    code: "InvalidParameterValue",
    missing: "Invalid region: [{}]",
    filters: &[
        ("endpoint", "regionEndpoint"),
        ("opt-in-status", "optInStatus"),
        ("region-name", "regionName"),
    ],
    page: 0,
    // The local AWS is one region.
    all: |account| {
        let region = &account.region;
        vec![json!({
            "regionName": region,
            "regionEndpoint": format!("ec2.{region}.amazonaws.com"),
            "optInStatus": "opt-in-not-required",
        })]
    },
};
