//! What AWS measures itself.

use e2e::http::get;
use e2e::{Account, until};
use serde_json::{Value, json};

use super::output;

#[tokio::test]
async fn load_balancers_and_services_are_measured() {
    let account = Account::new().await;
    let demo = account
        .local
        .deploy()
        .await
        .expect("the architecture is deployed");
    let sum = async |namespace: &str, name: &str, names: &[&str]| -> Option<f64> {
        let input = json!({"Namespace": namespace, "MetricName": name});
        let listed = output(&account, "monitoring", "ListMetrics", input).await;
        let metrics = listed["Metrics"].as_array().unwrap().clone();
        let metric = metrics.into_iter().find(|metric| {
            let dimensions = metric["Dimensions"].as_array().unwrap().iter();
            let own: Vec<&str> = dimensions
                .map(|one| one["Name"].as_str().unwrap())
                .collect();
            own == names
        })?;
        let query =
            json!([{"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}]);
        let input = json!({"MetricDataQueries": query, "StartTime": 1_700_000_000, "EndTime": 1_700_000_001});
        let mut input = input;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.unwrap().as_secs();
        input["StartTime"] = (now - 3600).into();
        input["EndTime"] = (now + 60).into();
        let got = output(&account, "monitoring", "GetMetricData", input).await;
        let values = got["MetricDataResults"][0]["Values"]
            .as_array()
            .unwrap()
            .clone();
        Some(values.iter().filter_map(Value::as_f64).sum())
    };
    for _ in 0..5 {
        assert_eq!(get(&format!("{}/ping", demo.url)).await.status, 200);
    }
    assert_eq!(get(&format!("{}/", demo.url)).await.status, 401);
    let (elb, balancer) = ("AWS/ApplicationELB", ["LoadBalancer"].as_slice());
    let group = ["LoadBalancer", "TargetGroup"].as_slice();
    let service = ["ClusterName", "ServiceName"].as_slice();
    for (namespace, name, names, least) in [
        (elb, "RequestCount", balancer, 6.0),
        (elb, "RequestCount", group, 6.0),
        (elb, "HTTPCode_Target_2XX_Count", balancer, 5.0),
        (elb, "HTTPCode_Target_4XX_Count", group, 1.0),
        (elb, "NewConnectionCount", balancer, 1.0),
        (elb, "HealthyHostCount", group, 1.0),
        (
            elb,
            "RequestCountPerTarget",
            ["TargetGroup"].as_slice(),
            6.0,
        ),
        (elb, "TargetResponseTime", balancer, 1e-6),
        ("AWS/ECS", "MemoryUtilization", service, 1e-3),
    ] {
        let value = until(name, async || {
            let value = sum(namespace, name, names).await;
            value.filter(|value| *value >= least)
        })
        .await;
        let counts = name.contains("Request") || name.contains("HTTPCode");
        assert!(!counts || value < least + 1.0, "{name}: {value}");
    }
    until("the CPU", async || {
        sum("AWS/ECS", "CPUUtilization", service).await
    })
    .await;
    assert_eq!(sum(elb, "HTTPCode_ELB_5XX_Count", balancer).await, None);
    account.local.stop().await;
}
