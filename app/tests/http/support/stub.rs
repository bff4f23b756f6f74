//! The part of SSM and `DynamoDB` that the app uses.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A stub that answers until it is dropped.
pub(crate) struct Stub {
    address: SocketAddr,
    aws: Aws,
    server: JoinHandle<std::io::Result<()>>,
}

/// What an operation does instead of its work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Answers with this status and error code.
    Error(u16, &'static str),
    /// Answers with something that is not JSON.
    Garbage,
    /// Answers only when the stub is told to.
    Held,
}

#[derive(Clone)]
struct Aws {
    state: Arc<Mutex<Behaviour>>,
    /// Whether held requests may continue.
    released: watch::Sender<bool>,
    /// How many requests are held.
    held: watch::Sender<usize>,
}

#[derive(Default)]
struct Behaviour {
    parameters: HashMap<String, String>,
    tables: HashMap<String, Vec<Value>>,
    /// The fault of each operation, and how many calls are answered before it.
    faults: HashMap<&'static str, (usize, Fault)>,
    calls: HashMap<String, usize>,
    /// Whether every second page is empty without being the last.
    empty_pages: bool,
    /// How many items a page has at most.
    page: usize,
    /// After how many bytes each of the next responses to Scan breaks off.
    cuts: VecDeque<usize>,
    /// After how many bytes the next response to Scan stops being JSON.
    spoiled: Option<usize>,
    /// After how many bytes a response to Scan waits until it is released.
    pause: Option<usize>,
    /// The input of the last call of each operation.
    inputs: HashMap<String, Value>,
    /// The inputs of all calls of Scan.
    scans: Vec<Value>,
    /// The key of the table, if it may be described.
    key: Option<&'static str>,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let aws = Aws {
            state: Arc::new(Mutex::new(Behaviour {
                page: usize::MAX,
                ..Behaviour::default()
            })),
            released: watch::Sender::new(false),
            held: watch::Sender::new(0),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(aws.clone());
        let server = tokio::spawn(async { axum::serve(listener, router).await });
        Self {
            address,
            aws,
            server,
        }
    }

    /// Stops listening.
    pub(crate) async fn stop(&self) {
        self.server.abort();
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn set_parameter(&self, name: &str, value: &str) {
        self.aws
            .lock()
            .parameters
            .insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn set_table(&self, name: &str, items: impl IntoIterator<Item = Value>) {
        self.aws
            .lock()
            .tables
            .insert(name.to_owned(), items.into_iter().collect());
    }

    pub(crate) fn remove_table(&self, name: &str) {
        self.aws.lock().tables.remove(name);
    }

    pub(crate) fn remove_parameter(&self, name: &str) {
        self.aws.lock().parameters.remove(name);
    }

    pub(crate) fn set_empty_pages(&self) {
        self.aws.lock().empty_pages = true;
    }

    pub(crate) fn set_page(&self, items: usize) {
        self.aws.lock().page = items;
    }

    /// Lets the table be described, with this key.
    pub(crate) fn set_key(&self, name: &'static str) {
        self.aws.lock().key = Some(name);
    }

    /// Lets the next response to Scan break off after this many bytes. Several calls are for several
    /// responses.
    pub(crate) fn cut(&self, length: usize) {
        self.aws.lock().cuts.push_back(length);
    }

    /// Lets the next response to Scan stop being JSON after this many bytes.
    pub(crate) fn spoil(&self, length: usize) {
        self.aws.lock().spoiled = Some(length);
    }

    /// Lets responses to Scan stop after this many bytes, until they are released.
    pub(crate) fn pause_after(&self, length: usize) {
        self.aws.lock().pause = Some(length);
    }

    /// The input of the last call of this operation.
    pub(crate) fn input(&self, operation: &str) -> Value {
        self.aws.lock().inputs[operation].clone()
    }

    pub(crate) fn scans(&self) -> Vec<Value> {
        self.aws.lock().scans.clone()
    }

    pub(crate) fn set_fault(&self, operation: &'static str, fault: Fault) {
        self.set_fault_after(0, operation, fault);
    }

    /// Sets a fault that comes after this many calls.
    pub(crate) fn set_fault_after(&self, calls: usize, operation: &'static str, fault: Fault) {
        self.aws.lock().faults.insert(operation, (calls, fault));
    }

    pub(crate) fn clear_fault(&self, operation: &'static str) {
        self.aws.lock().faults.remove(operation);
    }

    /// How many calls came: of `Scan`, or of `GetParameter` with a name.
    pub(crate) fn calls(&self, what: &str) -> usize {
        self.aws.lock().calls.get(what).copied().unwrap_or_default()
    }

    pub(crate) async fn wait_until_held(&self) {
        self.aws
            .held
            .subscribe()
            .wait_for(|held| *held > 0)
            .await
            .unwrap();
    }

    pub(crate) fn release(&self) {
        self.aws.released.send_replace(true);
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Aws {
    fn lock(&self) -> MutexGuard<'_, Behaviour> {
        self.state.lock().unwrap()
    }
}

async fn answer(State(aws): State<Aws>, headers: HeaderMap, body: String) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap();
    let input: Value = serde_json::from_str(&body).unwrap();
    let credentials = headers["authorization"].to_str().unwrap();
    if credentials.contains("Credential=EXPIRED/") {
        return error(400, "ExpiredTokenException");
    }
    let fault = aws.lock().fault(operation, &input);
    match fault {
        Some(Fault::Error(status, code)) => return error(status, code),
        Some(Fault::Garbage) => {
            return r#"{"Parameter":{"Value":"hidden"}, no JSON"#.into_response();
        }
        Some(Fault::Held) => {
            aws.held.send_modify(|held| *held += 1);
            aws.released
                .subscribe()
                .wait_for(|released| *released)
                .await
                .unwrap();
        }
        None => {}
    }
    let mut state = aws.lock();
    state.inputs.insert(operation.to_owned(), input.clone());
    if operation == "Scan" {
        state.scans.push(input.clone());
    }
    match operation {
        "GetParameter" => state.get_parameter(&input),
        "Scan" if state.spoiled.is_some() => {
            let length = state.spoiled.take().unwrap_or_default();
            spoiled(state.scan(&input), length)
        }
        "Scan" => match state.cuts.pop_front() {
            Some(length) => cut(state.scan(&input), length),
            None => match state.pause {
                Some(length) => paused(state.scan(&input), length, aws.released.subscribe()),
                None => state.scan(&input),
            },
        },
        "GetItem" => state.get_item(&input),
        "DescribeTable" => state.describe_table(),
        _ => error(400, "UnknownOperationException"),
    }
}

impl Behaviour {
    /// Counts the call, and says what is wrong with it.
    fn fault(&mut self, operation: &str, input: &Value) -> Option<Fault> {
        let name = input["Name"]
            .as_str()
            .map(|name| format!("{operation} {name}"));
        *self
            .calls
            .entry(name.unwrap_or_else(|| operation.to_owned()))
            .or_default() += 1;
        let (calls, fault) = self.faults.get_mut(operation)?;
        match calls.checked_sub(1) {
            Some(left) => *calls = left,
            None => return Some(*fault),
        }
        None
    }

    fn get_parameter(&self, input: &Value) -> Response {
        let name = input["Name"].as_str().unwrap();
        assert_eq!(
            input["WithDecryption"], true,
            "a SecureString would come encrypted"
        );
        match self.parameters.get(name) {
            Some(value) => ok(&json!({ "Parameter": { "Name": name, "Value": value } })),
            None => error(400, "ParameterNotFound"),
        }
    }

    fn get_item(&self, input: &Value) -> Response {
        let items = &self.tables[input["TableName"].as_str().unwrap()];
        let id = &input["Key"]["itemID"];
        match items.iter().find(|item| item["itemID"] == *id) {
            Some(item) => ok(&json!({ "Item": item })),
            None => ok(&json!({ "ConsumedCapacity": { "TableName": "books" } })),
        }
    }

    fn describe_table(&self) -> Response {
        let Some(name) = self.key else {
            return error(400, "AccessDeniedException");
        };
        ok(&json!({ "Table": {
            "TableName": "books",
            "TableStatus": "ACTIVE",
            "KeySchema": [{ "AttributeName": name, "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": name, "AttributeType": "S" }],
            "ItemCount": 12345,
            "TableSizeBytes": 678_900,
            "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" },
        }}))
    }

    fn scan(&self, input: &Value) -> Response {
        let Some(items) = self.tables.get(input["TableName"].as_str().unwrap()) else {
            return error(400, "ResourceNotFoundException");
        };
        let key = &input["ExclusiveStartKey"];
        let start = match items
            .iter()
            .position(|item| item["itemID"] == key["itemID"])
        {
            _ if key.is_null() => 0,
            Some(position) => position + 1,
            None => return error(400, "ValidationException"),
        };
        if self.empty_pages && start > 0 && key["page"].is_null() {
            let again = json!({ "itemID": key["itemID"], "page": { "S": "empty" } });
            return ok(&json!({ "Items": [], "LastEvaluatedKey": again }));
        }
        let limit = input["Limit"]
            .as_u64()
            .map_or(self.page, |limit| self.page.min(limit.try_into().unwrap()));
        let scanned: Vec<_> = items.iter().skip(start).take(limit).collect();
        let page: Vec<_> = scanned.iter().filter(|item| matches(item, input)).collect();
        let capacity = json!({ "TableName": "books", "CapacityUnits": 0.5 });
        let mut output =
            json!({ "ConsumedCapacity": capacity, "Count": page.len(), "Items": page });
        output["ScannedCount"] = scanned.len().into();
        // As in DynamoDB, a full page has a key even if nothing follows.
        if scanned.len() == limit {
            output["LastEvaluatedKey"] = json!({ "itemID": scanned[limit - 1]["itemID"] });
        }
        ok(&output)
    }
}

/// The only filter that is understood is that an attribute exists. Any other finds everything.
fn matches(item: &Value, input: &Value) -> bool {
    input["FilterExpression"] != "attribute_exists(#n0)"
        || item[input["ExpressionAttributeNames"]["#n0"].as_str().unwrap()].is_object()
}

/// The first bytes of a response whose length says that there are more.
fn cut(answer: Response, length: usize) -> Response {
    let (parts, body) = answer.into_parts();
    let body = body.into_data_stream();
    let mut left = length;
    let pieces = body.map(move |piece| {
        let piece = piece?;
        let taken = piece.slice(..piece.len().min(left));
        left -= taken.len();
        Ok::<_, axum::Error>(taken)
    });
    let broken = futures_util::stream::once(async {
        // What was written before must be sent first.
        tokio::task::yield_now().await;
        Err(axum::Error::new("cut off"))
    });
    Response::from_parts(parts, Body::from_stream(pieces.chain(broken)))
}

/// The first bytes of a response, followed by something that is not JSON, inside a string or not.
fn spoiled(answer: Response, length: usize) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts.headers.remove("content-length");
    let pieces = body.into_data_stream().map(move |piece| {
        let piece = piece.unwrap();
        Ok::<_, axum::Error>([&piece[..length], br#""!"!"#].concat())
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// The first bytes of a response at once, and the rest when it is released.
fn paused(answer: Response, length: usize, released: watch::Receiver<bool>) -> Response {
    let (parts, body) = answer.into_parts();
    let first = body.into_data_stream().map(move |piece| {
        let piece = piece.unwrap();
        assert!(piece.len() > length, "the answer is longer than that");
        [piece.slice(..length), piece.slice(length..)]
    });
    let pieces = first.flat_map(move |[first, rest]| {
        let mut released = released.clone();
        let rest = futures_util::stream::once(async move {
            released.wait_for(|released| *released).await.unwrap();
            Ok::<_, axum::Error>(rest)
        });
        futures_util::stream::iter([Ok(first)]).chain(Box::pin(rest))
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

fn ok(body: &Value) -> Response {
    Json(body).into_response()
}

fn error(status: u16, code: &str) -> Response {
    let body = json!({ "__type": format!("com.amazonaws#{code}"), "message": "AWS's own words" });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
