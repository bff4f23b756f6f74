//! An identity provider on this machine (`OpenID` Connect), which logs its user in without asking, and a
//! visitor who follows redirects with cookies, as a browser does.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// The client id of the page.
pub const CLIENT: &str = "showtable";
/// Its secret, with letters that have to be encoded.
pub const SECRET: &str = "a+b/c=d e";

/// A provider.
pub struct Provider {
    /// Its URL.
    pub issuer: String,
    /// The certificate of its authority, in PEM.
    pub authority: String,
    known: Arc<Mutex<Known>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Known {
    issuer: String,
    /// The claims of its user; without one, it refuses.
    user: Option<Value>,
    /// The codes that are not used yet, each with its redirect URI.
    codes: HashMap<String, String>,
    logins: usize,
    /// The status of every answer about tokens, instead of a good one.
    broken: Option<StatusCode>,
}

type Shared = State<Arc<Mutex<Known>>>;
type Pairs = HashMap<String, String>;

impl Provider {
    /// Starts one on a free port, with the user `anna`.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let issuer = format!("https://{address}");
        let known = Arc::new(Mutex::new(Known {
            issuer: issuer.clone(),
            user: Some(json!({"sub": "1", "email": "anna@example.com"})),
            ..Known::default()
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/auth", get(authorize))
            .route("/token", post(exchange))
            .route("/me", get(claims))
            .with_state(Arc::clone(&known));
        let (acceptor, authority) = tls();
        let secure = Secure { listener, acceptor };
        let serving = tokio::spawn(async move {
            axum::serve(secure, routes).await.expect("it serves");
        });
        Self {
            issuer,
            authority,
            known,
            serving,
        }
    }

    /// Sets the claims of its user; without one, it refuses the login.
    pub fn set_user(&self, claims: Option<Value>) {
        lock(&self.known).user = claims;
    }

    /// Answers all questions about tokens with this status.
    pub fn fail(&self, status: Option<u16>) {
        let status = status.map(|status| StatusCode::from_u16(status).expect("a status"));
        lock(&self.known).broken = status;
    }

    /// How often somebody has been logged in.
    pub fn logins(&self) -> usize {
        lock(&self.known).logins
    }

    /// Stops answering.
    pub async fn stop(self) {
        self.serving.abort();
        let _ = self.serving.await;
    }
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn describe(State(known): Shared) -> Json<Value> {
    let issuer = lock(&known).issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
    }))
}

async fn authorize(State(known): Shared, Query(asked): Query<Pairs>) -> Response {
    let mut known = lock(&known);
    let fits = asked["client_id"] == CLIENT && asked["response_type"] == "code";
    let has_scope = asked["scope"].split(' ').any(|scope| scope == "openid");
    if !fits || !has_scope {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let mut back: Url = asked["redirect_uri"].parse().expect("a URL");
    back.query_pairs_mut().append_pair("state", &asked["state"]);
    if known.user.is_none() {
        back.query_pairs_mut().append_pair("error", "access_denied");
        return Redirect::to(back.as_str()).into_response();
    }
    known.logins += 1;
    let code = format!("code-{}", known.logins);
    known
        .codes
        .insert(code.clone(), asked["redirect_uri"].clone());
    back.query_pairs_mut().append_pair("code", &code);
    Redirect::to(back.as_str()).into_response()
}

async fn exchange(State(known): Shared, headers: HeaderMap, Form(form): Form<Pairs>) -> Response {
    let mut known = lock(&known);
    if let Some(status) = known.broken {
        return status.into_response();
    }
    let encoded =
        |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let login = STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
    if headers["authorization"] != format!("Basic {login}") {
        return (StatusCode::UNAUTHORIZED, "invalid_client").into_response();
    }
    let known_uri = known.codes.remove(&form["code"]);
    if form["grant_type"] != "authorization_code" || known_uri.as_ref() != form.get("redirect_uri")
    {
        return (StatusCode::BAD_REQUEST, "invalid_grant").into_response();
    }
    let subject = known.user.as_ref().map(|user| user["sub"].clone());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time");
    let token = json!({
        "iss": known.issuer, "aud": CLIENT, "sub": subject, "exp": now.as_secs() + 60,
    });
    // The load balancer got it over TLS, and so does not check its signature.
    let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(token.to_string()));
    Json(json!({"access_token": "opaque", "token_type": "Bearer", "id_token": token}))
        .into_response()
}

async fn claims(State(known): Shared, headers: HeaderMap) -> Response {
    let is_right = headers
        .get("authorization")
        .is_some_and(|given| given == "Bearer opaque");
    match lock(&known).user.clone() {
        Some(user) if is_right => Json(user).into_response(),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// A certificate for this machine.
pub struct Identity {
    /// The certificate in DER.
    pub certificate: Vec<u8>,
    /// The certificate in PEM.
    pub certificate_pem: String,
    /// Its key.
    pub key: KeyPair,
    /// The certificate of its authority, in PEM.
    pub authority: String,
}

/// Makes a certificate for this machine, with an authority of its own.
pub fn identity() -> Identity {
    let key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().expect("a key");
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let params = CertificateParams::new(names).expect("names");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    Identity {
        certificate: certificate.der().to_vec(),
        certificate_pem: certificate.pem(),
        key,
        authority: pem,
    }
}

fn tls() -> (TlsAcceptor, String) {
    let identity = identity();
    let chain = vec![CertificateDer::from(identity.certificate)];
    let key = PrivatePkcs8KeyDer::from(identity.key.serialize_der());
    let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key.into())
        .expect("they belong together");
    (TlsAcceptor::from(Arc::new(config)), identity.authority)
}

struct Secure {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            if let Ok((stream, address)) = self.listener.accept().await
                && let Ok(stream) = self.acceptor.accept(stream).await
            {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A person with a browser that trusts everybody on this machine.
pub struct Visitor {
    client: reqwest::Client,
    /// By the authority of the URL and the name.
    pub cookies: HashMap<(String, String), String>,
}

/// What a visitor sees.
#[derive(Debug)]
pub struct Seen {
    /// The address of the page.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its text.
    pub text: String,
}

impl Visitor {
    /// A browser in which these host names lead to this machine.
    pub fn new(hosts: &[&str]) -> Self {
        let mut client = reqwest::Client::builder()
            .tls_danger_accept_invalid_certs(true)
            .no_proxy()
            .redirect(Policy::none());
        for host in hosts {
            client = client.resolve(host, SocketAddr::from(([127, 0, 0, 1], 0)));
        }
        Self {
            client: client.build().expect("a client"),
            cookies: HashMap::new(),
        }
    }

    /// One request, with the cookies of the host and more headers.
    pub async fn get_with(&mut self, url: &str, headers: &[(&str, &str)]) -> Seen {
        let url: Url = url.parse().expect("a URL");
        let host = url.authority().to_owned();
        let own = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let own: Vec<String> = own
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut request = self.client.get(url.clone());
        if !own.is_empty() {
            request = request.header("cookie", own.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            let key = (host.clone(), name.to_owned());
            if value.is_empty() {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        Seen {
            url,
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.expect("text"),
        }
    }

    /// One request.
    pub async fn get(&mut self, url: &str) -> Seen {
        self.get_with(url, &[]).await
    }

    /// Requests until there is no redirect any more.
    pub async fn follow(&mut self, url: &str) -> Seen {
        let mut seen = self.get(url).await;
        for _ in 0..10 {
            let Some(next) = seen.headers.get("location") else {
                return seen;
            };
            let next = seen.url.join(next.to_str().expect("text")).expect("a URL");
            seen = self.get(next.as_str()).await;
        }
        panic!("too many redirects: {}", seen.url);
    }
}
