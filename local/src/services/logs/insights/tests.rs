use super::*;

const EVENTS: [(i64, &str); 5] = [
    (
        1_000_000,
        r#"{"level":"info","status":200,"took":{"ms":12},"path":"/items"}"#,
    ),
    (
        1_060_000,
        r#"{"level":"error","status":500,"took":{"ms":8.5},"path":"/items"}"#,
    ),
    (
        1_120_000,
        r#"{"level":"info","status":200,"took":{"ms":30},"path":"/ping"}"#,
    ),
    (1_180_000, "user=ann, method:GET, latency := 17"),
    (1_300_000, "GET /ping 404"),
];

/// The results, a line each: `field=value` with a semicolon between, without `@ptr`.
fn run(query: &str) -> Vec<String> {
    let rows = EVENTS.iter().map(|(time, text)| {
        let row = Row::of_event(text, *time, *time, "0");
        row.with("@logStream", "s".to_owned())
    });
    let query = Query::parse(query).unwrap_or_else(|err| panic!("{query}: {}", err.message));
    let found = query.run(rows.collect(), None);
    let shown = found.rows.iter().map(|row| {
        let fields = row.iter().filter(|(field, _)| field != "@ptr");
        let fields = fields.map(|(field, value)| format!("{field}={value}"));
        fields.collect::<Vec<_>>().join("; ")
    });
    shown.collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn queries_find_what_they_ask_for() {
    let table: [(&str, &[&str]); 22] = [
        (
            "filter status = 500",
            &[
                "@timestamp=1970-01-01 00:17:40.000; @message={\"level\":\"error\",\"status\":500,\"took\":{\"ms\":8.5},\"path\":\"/items\"}",
            ],
        ),
        (
            "fields status | filter level='info' | sort took.ms",
            &["status=200", "status=200"],
        ),
        (
            "fields path | filter status >= 500 or took.ms > 20 | sort @timestamp asc",
            &["path=/items", "path=/ping"],
        ),
        (
            "filter @message like /GET \\/p/ | display @timestamp",
            &["@timestamp=1970-01-01 00:21:40.000"],
        ),
        (
            "filter @message like 'ann' | display @logStream",
            &["@logStream=s"],
        ),
        (
            "filter @message =~ /(?i)get/ | stats count(*)",
            &["count(*)=2"],
        ),
        (
            "filter @message not like 'level' | stats count() as n",
            &["n=2"],
        ),
        (
            "filter status in [404, 500] | display status",
            &["status=500"],
        ),
        (
            "filter status not in [200] and ispresent(status) | display status",
            &["status=500"],
        ),
        (
            "filter not (level = 'info') | stats count(*) as n",
            &["n=3"],
        ),
        (
            "stats count(*) as n by level | sort n desc, level | limit 2",
            &["n=2", "level=info; n=2"],
        ),
        (
            "stats sum(took.ms), avg(took.ms), min(took.ms), max(took.ms) by path | sort path | filter ispresent(path)",
            &[
                "path=/items; sum(took.ms)=20.5; avg(took.ms)=10.25; min(took.ms)=8.5; max(took.ms)=12",
                "path=/ping; sum(took.ms)=30; avg(took.ms)=30; min(took.ms)=30; max(took.ms)=30",
            ],
        ),
        (
            "stats count(*) by bin(2m) as t | sort t",
            &[
                "t=1970-01-01 00:16:00.000; count(*)=2",
                "t=1970-01-01 00:18:00.000; count(*)=2",
                "t=1970-01-01 00:20:00.000; count(*)=1",
            ],
        ),
        (
            "stats pct(took.ms, 50) as half, median(took.ms) as m, stddev(took.ms) as d, count_distinct(path) as paths",
            &["half=12; m=12; d=9.4192; paths=2"],
        ),
        (
            "stats earliest(level) as a, latest(path) as b",
            &["a=info; b=/ping"],
        ),
        (
            "parse @message 'user=*, method:*, latency := *' as @user, @method, @latency | filter ispresent(@user) | display @user, @method, @latency + 1 as next",
            &["@user=ann; @method=GET; next=18"],
        ),
        (
            "parse @message /GET (?<target>\\S+) (?<code>\\d+)/ | filter code = 404 | display target",
            &["target=/ping"],
        ),
        (
            "fields concat(level, '-', toupper(path)) as x, strlen(level) as n | filter status = 500",
            &["x=error-/ITEMS; n=5"],
        ),
        (
            "fields 2 + 3 * 2 ^ 2 - -1 as a, 7 % 4 as b, 1 / 0 as c | limit 1",
            &["a=15; b=3"],
        ),
        (
            "fields substr(path, 1, 3) as x, replace(path, '/', '') as y | filter status = 500",
            &["x=ite; y=items"],
        ),
        (
            "dedup level | sort @timestamp | filter ispresent(level) | display level # the last ones",
            &["level=error", "level=info"],
        ),
        (
            "fields coalesce(none, level, 'x') as `the level`, isempty(none) as e | sort @timestamp desc | limit 1",
            &["the level=x; e=1"],
        ),
    ];
    for (query, expected) in table {
        assert_eq!(run(query), expected, "{query}");
    }
}

#[test]
fn without_sort_the_newest_come_first() {
    let lines = run("fields @timestamp");
    assert_eq!(lines.len(), 5);
    assert!(lines.is_sorted_by(|one, other| one > other), "{lines:?}");
}

#[test]
fn a_query_that_cannot_be_read_says_where() {
    for (query, expected) in [
        (
            "",
            "unexpected symbol found end of query at line 1 and position 1",
        ),
        (
            "filter",
            "unexpected symbol found end of query at line 1 and position 7",
        ),
        (
            "fields @message\n| limt 3",
            "unexpected symbol found limt at line 2 and position 3",
        ),
        (
            "filter a = ",
            "unexpected symbol found end of query at line 1 and position 12",
        ),
        (
            "filter a == 1",
            "unexpected symbol found = at line 1 and position 11",
        ),
        (
            "filter (a = 1",
            "unexpected symbol found end of query at line 1 and position 14",
        ),
        (
            "filter a like /(/",
            "unexpected symbol found /(/ at line 1 and position 15",
        ),
        (
            "filter unknown(1)",
            "unexpected symbol found unknown(1) at line 1 and position 8",
        ),
        (
            "stats total(a)",
            "unexpected symbol found total(a) at line 1 and position 7",
        ),
        (
            "limit 0",
            "unexpected symbol found 0 at line 1 and position 7",
        ),
        (
            "limit 10001",
            "unexpected symbol found 10001 at line 1 and position 7",
        ),
        (
            "fields 'open",
            "unexpected symbol found 'open at line 1 and position 8",
        ),
        (
            "parse @message 'a*b*' as c",
            "unexpected symbol found c at line 1 and position 26",
        ),
    ] {
        let err = Query::parse(query).unwrap_err();
        assert_eq!(
            (err.code.as_str(), err.message.as_str()),
            ("MalformedQueryException", expected),
            "{query}"
        );
    }
    for deep in ["(", "not ", "- ", "abs("] {
        let query = format!("filter {}a", deep.repeat(100_000));
        assert!(Query::parse(&query).is_err(), "{deep}");
    }
    let err = Query::parse("fields a | pattern @message").unwrap_err();
    assert_eq!(
        err.message,
        "The local AWS does not do the command pattern of Logs Insights yet."
    );
}
