//! The API of ECR for a registry in memory, with the actions that a deployment calls.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_sdk_ssm::config::Credentials;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deploy::Clients;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An ECR that runs until it is dropped.
pub(crate) struct Ecr {
    pub(crate) state: Arc<Mutex<Contents>>,
    address: SocketAddr,
    server: JoinHandle<std::io::Result<()>>,
}

#[derive(Default)]
pub(crate) struct Contents {
    registry: String,
    pub(crate) repository: Option<Value>,
    pub(crate) policy: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The action that is denied.
    pub(crate) denied: Option<&'static str>,
}

impl Ecr {
    pub(crate) async fn start(registry: SocketAddr) -> Self {
        let contents = Contents {
            registry: format!("http://{registry}"),
            ..Contents::default()
        };
        let state = Arc::new(Mutex::new(contents));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(state.clone());
        let server = tokio::spawn(async { axum::serve(listener, router).await });
        Self {
            state,
            address,
            server,
        }
    }

    pub(crate) async fn clients(&self) -> Clients {
        let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .http_client(connect::http_client())
            .endpoint_url(format!("http://{}", self.address))
            .region("eu-central-1")
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"));
        Clients::from(&config.load().await)
    }
}

impl Drop for Ecr {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Contents>>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    // The media type is one of AWS, which axum does not accept as JSON.
    let input: Value = serde_json::from_slice(&body).unwrap();
    let mut contents = state.lock().unwrap();
    let target = headers["x-amz-target"].to_str().unwrap();
    let action = target.rsplit('.').next().unwrap();
    let result = if contents.denied == Some(action) {
        Err("AccessDeniedException")
    } else {
        contents.act(action, &input)
    };
    match result {
        Ok(answer) => (StatusCode::OK, Json(answer)),
        Err(code) => {
            let error = json!({"__type": code, "message": format!("{action} failed")});
            (StatusCode::BAD_REQUEST, Json(error))
        }
    }
}

impl Contents {
    fn act(&mut self, action: &str, input: &Value) -> Result<Value, &'static str> {
        match action {
            "GetAuthorizationToken" => {
                let token = STANDARD.encode("AWS:token");
                let data = json!({"authorizationToken": token, "proxyEndpoint": self.registry});
                return Ok(json!({"authorizationData": [data]}));
            }
            "CreateRepository" if self.repository.is_some() => {
                return Err("RepositoryAlreadyExistsException");
            }
            "CreateRepository" => self.repository = Some(input.clone()),
            _ if self.repository.is_none() => return Err("RepositoryNotFoundException"),
            "GetLifecyclePolicy" => {
                let policy = self.policy.as_ref();
                let policy = policy.ok_or("LifecyclePolicyNotFoundException")?;
                return Ok(json!({"lifecyclePolicyText": policy}));
            }
            "PutLifecyclePolicy" => {
                self.policy = input["lifecyclePolicyText"].as_str().map(str::to_owned);
            }
            "ListImages" => {
                let image = |tag| json!({"imageTag": tag, "imageDigest": "sha256:0"});
                let images: Vec<_> = self.tags.iter().map(image).collect();
                return Ok(json!({"imageIds": images}));
            }
            "DescribeImages" => return Ok(json!({"imageDetails": []})),
            "BatchDeleteImage" => {
                let ids = input["imageIds"].as_array().unwrap();
                assert!(ids.iter().all(|id| id.get("imageDigest").is_none()));
                self.tags
                    .retain(|tag| !ids.iter().any(|id| id["imageTag"] == *tag));
            }
            "DeleteRepository" => self.repository = None,
            "DescribeRepositories" => {}
            _ => panic!("{action} is not expected"),
        }
        Ok(json!({}))
    }
}
