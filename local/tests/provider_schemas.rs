//! Compares the resource types of the local AWS with the provider schemas of AWS, which `cfn-lint` ships:
//! the local AWS must not invent properties.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

/// Types whose properties are all attributes, too. Their schema does not say this, but their page in
/// AWS's documentation does, and so does `cfn-lint` (`cfnlint/schema/_getatts.py`).
const EVERY_PROPERTY_IS_AN_ATTRIBUTE: [&str; 5] = [
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::SSM::Parameter",
];

#[test]
#[ignore = "needs the provider schemas of cfn-lint: pip install cfn-lint"]
fn the_table_agrees_with_the_provider_schemas() {
    let table = table();
    let schemas = schemas(&directory(), &table);
    let mut problems = Vec::new();
    for (name, entry) in &table {
        match schemas.get(name) {
            Some(schema) => problems.extend(compare(name, entry, schema)),
            None => problems.push(format!("{name}: AWS has no such type")),
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// The files beside the resource types, by the name of the type.
fn table() -> Map<String, Value> {
    let services = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/services"));
    let folders = std::fs::read_dir(services).unwrap();
    let files = folders.flat_map(|folder| {
        std::fs::read_dir(folder.unwrap().path())
            .into_iter()
            .flatten()
    });
    let files = files.map(|file| file.unwrap().path()).filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    let entries = files.map(|file| {
        let text = std::fs::read_to_string(&file).unwrap();
        let entry: Value = serde_json::from_str(&text).unwrap();
        (entry["typeName"].as_str().unwrap().to_owned(), entry)
    });
    entries.collect()
}

/// The directory of the schemas: `CFN_LINT_SCHEMAS`, or where Python has installed the package.
fn directory() -> PathBuf {
    if let Some(directory) = std::env::var_os("CFN_LINT_SCHEMAS") {
        return directory.into();
    }
    let find =
        "import importlib.util as u; print(u.find_spec('cfnlint').submodule_search_locations[0])";
    let found = Command::new("python3").args(["-c", find]).output();
    let found = found.expect("python3 runs").stdout;
    let package = String::from_utf8(found).unwrap();
    assert!(
        !package.is_empty(),
        "cfn-lint is missing: pip install cfn-lint, or set CFN_LINT_SCHEMAS"
    );
    Path::new(package.trim()).join("data/schemas/resources")
}

/// The schemas of the types in `table`, by name.
fn schemas(directory: &Path, table: &Map<String, Value>) -> BTreeMap<String, Value> {
    let files =
        std::fs::read_dir(directory).unwrap_or_else(|err| panic!("{}: {err}", directory.display()));
    let schemas = files
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| std::fs::read_to_string(path).unwrap())
        // Most of the 1,500 files are not parsed: the text of a file contains the name of its type.
        .filter(|text| {
            table
                .keys()
                .any(|name| text.contains(&format!("\"{name}\"")))
        })
        .map(|text| serde_json::from_str::<Value>(&text).unwrap())
        .map(|schema| (schema["typeName"].as_str().unwrap().to_owned(), schema));
    schemas.collect()
}

/// The problems of an entry of the table.
fn compare(name: &str, entry: &Value, schema: &Value) -> Vec<String> {
    let mut problems = shape_problems(&with_required(entry), schema, schema, "");
    let ours = names(&entry["attributes"]);
    let theirs = attributes(name, schema);
    problems.extend(
        ours.difference(&theirs)
            .map(|name| format!("{name} is not an attribute")),
    );
    let ours = names(&entry["replace"]);
    let theirs = replacements(entry, schema);
    problems.extend(
        ours.difference(&theirs)
            .map(|path| format!("{path} does not replace")),
    );
    problems.extend(
        theirs
            .difference(&ours)
            .map(|path| format!("{path} replaces")),
    );
    problems
        .iter()
        .map(|problem| format!("{name}: {problem}"))
        .collect()
}

/// The properties of an entry, as the shape of an object.
fn with_required(entry: &Value) -> Value {
    let mut shape = entry["properties"].clone();
    shape["$required"] = entry["required"].clone();
    shape
}

fn names(list: &Value) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn pointers(schema: &Value, list: &str) -> BTreeSet<String> {
    let pointers = names(&schema[list]);
    pointers
        .iter()
        .map(|pointer| pointer.trim_start_matches("/properties/").to_owned())
        .collect()
}

fn attributes(name: &str, schema: &Value) -> BTreeSet<String> {
    if EVERY_PROPERTY_IS_AN_ATTRIBUTE.contains(&name) {
        let properties = schema["properties"].as_object().unwrap();
        return properties.keys().cloned().collect();
    }
    let read_only = pointers(schema, "readOnlyProperties");
    read_only
        .iter()
        .map(|path| path.replace('/', "."))
        .collect()
}

/// Our properties whose change makes AWS replace the resource, always or in some cases.
fn replacements(entry: &Value, schema: &Value) -> BTreeSet<String> {
    let mut paths = pointers(schema, "createOnlyProperties");
    paths.extend(pointers(schema, "conditionalCreateOnlyProperties"));
    paths.retain(|path| {
        let mut steps = path.split('/');
        steps
            .try_fold(&entry["properties"], |shape, step| shape.get(step))
            .is_some()
    });
    paths
}

/// The parts of `shape`, which is at `path`, that `schema` does not confirm. `root` has the definitions.
fn shape_problems(shape: &Value, schema: &Value, root: &Value, path: &str) -> Vec<String> {
    if let Some(pointer) = schema["$ref"].as_str() {
        let definition = root.pointer(pointer.trim_start_matches('#'));
        let definition = definition.unwrap_or_else(|| panic!("{path}: {pointer} leads nowhere"));
        return shape_problems(shape, definition, root, path);
    }
    if schema["type"].is_null()
        && let Some(branches) = ["oneOf", "anyOf"]
            .iter()
            .find_map(|name| schema[name].as_array())
        && !branches
            .iter()
            .all(|branch| branch.get("required").is_some())
    {
        let each = branches
            .iter()
            .map(|branch| shape_problems(shape, branch, root, path));
        return each.min_by_key(Vec::len).unwrap_or_default();
    }
    match shape {
        Value::String(scalar) => type_problem(scalar, schema, path).into_iter().collect(),
        Value::Array(items) if has_type(schema, "array") => {
            shape_problems(&items[0], &schema["items"], root, &format!("{path}/0"))
        }
        Value::Object(members) => object_problems(members, schema, root, path),
        _ => vec![format!("{path} is not a list")],
    }
}

fn object_problems(
    members: &Map<String, Value>,
    schema: &Value,
    root: &Value,
    path: &str,
) -> Vec<String> {
    if let Some(values) = members.get("*") {
        let patterns = schema["patternProperties"].as_object();
        return match patterns.and_then(|patterns| patterns.values().next()) {
            Some(pattern) => shape_problems(values, pattern, root, &format!("{path}/*")),
            None => vec![format!("{path} is not a map")],
        };
    }
    let Some(known) = schema["properties"].as_object() else {
        return vec![format!("{path} is not an object")];
    };
    let ours = names(members.get("$required").unwrap_or(&Value::Null));
    let theirs = names(&schema["required"]);
    let mut problems: Vec<String> = ours
        .symmetric_difference(&theirs)
        .map(|name| format!("{path}/{name} is required by one side only"))
        .collect();
    for (name, shape) in members.iter().filter(|(name, _)| *name != "$required") {
        let path = format!("{path}/{name}");
        match known.get(name) {
            Some(schema) => problems.extend(shape_problems(shape, schema, root, &path)),
            None => problems.push(format!("{path} does not exist")),
        }
    }
    problems
}

fn type_problem(scalar: &str, schema: &Value, path: &str) -> Option<String> {
    let fits = match scalar {
        // A policy document: an object, or its text.
        "json" => schema["type"].is_null() || has_type(schema, "object"),
        _ => has_type(schema, scalar),
    };
    (!fits).then(|| format!("{path} is {}, not {scalar}", schema["type"]))
}

fn has_type(schema: &Value, name: &str) -> bool {
    schema["type"] == name || names(&schema["type"]).contains(name)
}

/// A schema in AWS's form, with one property of each kind.
fn example_schema() -> Value {
    json!({
        "typeName": "AWS::Example::Thing",
        "definitions": {
            "Part": {"type": "object", "properties": {"Size": {"type": "integer"}, "Fixed": {"type": "string"}}, "required": ["Size"]},
        },
        "properties": {
            "Id": {"type": "string"},
            "Labels": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
            "Name": {"type": "string"},
            "Part": {"$ref": "#/definitions/Part"},
            "Parts": {"oneOf": [{"type": "array", "items": {"$ref": "#/definitions/Part"}}, {"type": ["object", "string"]}]},
            "Policy": {"type": ["object", "string"]},
            "Zone": {"type": "string"},
        },
        "required": ["Name"],
        "readOnlyProperties": ["/properties/Id"],
        "createOnlyProperties": ["/properties/Name", "/properties/Part/Fixed"],
        "conditionalCreateOnlyProperties": ["/properties/Zone"],
    })
}

/// The correct entry for [`example_schema`].
fn example_entry() -> Value {
    json!({
        "attributes": ["Id"],
        "properties": {
            "Labels": {"*": "string"},
            "Name": "string",
            "Part": {"$required": ["Size"], "Fixed": "string", "Size": "integer"},
            "Parts": [{"$required": ["Size"], "Size": "integer"}],
            "Policy": "json",
            "Zone": "string",
        },
        "replace": ["Name", "Part/Fixed", "Zone"],
        "required": ["Name"],
    })
}

#[test]
fn a_correct_entry_has_no_problems() {
    let problems = compare("AWS::Example::Thing", &example_entry(), &example_schema());
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn every_wrong_entry_is_detected() {
    let cases = [
        (
            "/properties/Colour",
            json!("string"),
            "/Colour does not exist",
        ),
        (
            "/properties/Part/Colour",
            json!("string"),
            "/Part/Colour does not exist",
        ),
        (
            "/properties/Name",
            json!("integer"),
            "/Name is \"string\", not integer",
        ),
        (
            "/properties/Name",
            json!("json"),
            "/Name is \"string\", not json",
        ),
        ("/properties/Name", json!(["string"]), "/Name is not a list"),
        (
            "/properties/Name",
            json!({"A": "string"}),
            "/Name is not an object",
        ),
        (
            "/properties/Name",
            json!({"*": "string"}),
            "/Name is not a map",
        ),
        (
            "/properties/Labels",
            json!({"*": "integer"}),
            "/Labels/* is \"string\", not integer",
        ),
        (
            "/properties/Parts",
            json!([{"$required": ["Size"], "Size": "boolean"}]),
            "/Parts/0/Size is \"integer\", not boolean",
        ),
        (
            "/properties/Part/$required",
            json!([]),
            "/Part/Size is required by one side only",
        ),
        ("/required", json!([]), "/Name is required by one side only"),
        (
            "/required",
            json!(["Name", "Zone"]),
            "/Zone is required by one side only",
        ),
        ("/attributes", json!(["Arn"]), "Arn is not an attribute"),
        ("/replace", json!(["Part/Fixed", "Zone"]), "Name replaces"),
        ("/replace", json!(["Name", "Zone"]), "Part/Fixed replaces"),
        ("/replace", json!(["Name", "Part/Fixed"]), "Zone replaces"),
        (
            "/replace",
            json!(["Labels", "Name", "Part/Fixed", "Zone"]),
            "Labels does not replace",
        ),
    ];
    for (pointer, value, problem) in cases {
        let mut entry = example_entry();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        entry.pointer_mut(parent).unwrap()[name] = value;
        let problems = compare("AWS::Example::Thing", &entry, &example_schema());
        let expected = format!("AWS::Example::Thing: {problem}");
        assert!(problems.contains(&expected), "{pointer}: {problems:?}");
    }
}
