//! Cycles in a graph.

use std::collections::BTreeSet;

use crate::Graph;

/// A shortest cycle through each node that is in one, each cycle once. The first name is repeated at
/// the end.
pub(crate) fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let mut known = BTreeSet::new();
    graph
        .keys()
        .filter_map(|node| shortest(graph, node))
        .filter(|circle| known.insert(circle.iter().cloned().collect::<BTreeSet<_>>()))
        .collect()
}

/// The shortest way from `start` back to itself, by breadth-first search.
fn shortest(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut ways = vec![vec![start.to_owned()]];
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in graph.get(way.last()?).into_iter().flatten() {
                let mut way = way.clone();
                way.push(next.clone());
                if next == start {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

#[test]
fn a_circle_is_found_once() {
    let graph = Graph::from([
        ("a".into(), ["b".into()].into()),
        ("b".into(), ["c".into(), "d".into()].into()),
        ("c".into(), ["a".into()].into()),
        ("d".into(), BTreeSet::new()),
    ]);
    assert_eq!(circles(&graph), [["a", "b", "c", "a"]]);
}
