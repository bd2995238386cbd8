//! The network of actors: who acted towards whom, as GEXF and GraphML.
//!
//! A node is a name with its code; an edge leads from an actor to a recipient of the same event and counts the events,
//! by the report that speaks for each. An event without recipients has no edge.

use crate::rows::{Party, pairs};
use crate::{Export, ExportError, Result};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::io::Write;

/// Name and code of an actor.
type NodeKey = (String, String);

/// The network: nodes and edges in the order of names.
#[derive(Debug, Default)]
struct Network {
    nodes: BTreeMap<NodeKey, Node>,
    edges: BTreeMap<(NodeKey, NodeKey), Edge>,
}

#[derive(Debug, Default)]
struct Node {
    kind: String,
    events: u64,
}

#[derive(Debug, Default)]
struct Edge {
    events: u64,
    reports: u64,
    cooperation: u64,
    conflict: u64,
    scores: Vec<f64>,
    first: Option<String>,
    last: Option<String>,
}

impl Network {
    fn of(export: &Export<'_>) -> Result<Self> {
        let mut network = Network::default();
        export.ledger.for_each_event(export.filter, |event| {
            let key = |p: &Party<'_>| (p.label().to_string(), p.code().to_string());
            let lead = event.lead();
            for party in crate::rows::actors(lead).iter().chain(&crate::rows::recipients(lead)) {
                let node = network.nodes.entry(key(party)).or_default();
                node.events += 1;
                if node.kind.is_empty() {
                    node.kind = party.kind().unwrap_or_default().into();
                }
            }
            for (actor, recipient) in pairs(lead) {
                let (Some(actor), Some(recipient)) = (actor, recipient) else { continue };
                let edge = network.edges.entry((key(&actor), key(&recipient))).or_default();
                edge.events += 1;
                edge.reports += event.tellings.len() as u64;
                match export.knowledge.quad_number(&event.event_type) {
                    Some(1 | 2) => edge.cooperation += 1,
                    Some(_) => edge.conflict += 1,
                    None => {}
                }
                edge.scores.extend(export.knowledge.score(&event.event_type, event.mode.as_deref()));
                if let Some(day) = &event.day {
                    edge.first = edge.first.take().filter(|f| f <= day).or_else(|| Some(day.clone()));
                    edge.last = edge.last.take().filter(|l| l >= day).or_else(|| Some(day.clone()));
                }
            }
            Ok::<(), ExportError>(())
        })?;
        Ok(network)
    }

    fn numbers(&self) -> BTreeMap<&(String, String), usize> {
        self.nodes.keys().enumerate().map(|(i, key)| (key, i)).collect()
    }
}

impl Edge {
    /// The mean score of its events; nothing where the codebook scores none of them.
    fn mean_score(&self) -> Option<f64> {
        let sum: f64 = self.scores.iter().sum();
        (!self.scores.is_empty()).then(|| (sum / self.scores.len() as f64 * 1000.0).round() / 1000.0)
    }
}

/// Attributes of nodes and edges: name, GraphML's type, GEXF's type.
const NODE_ATTRIBUTES: [(&str, &str, &str); 5] = [
    ("name", "string", "string"),
    ("code", "string", "string"),
    ("country", "string", "string"),
    ("kind", "string", "string"),
    ("events", "long", "long"),
];
const EDGE_ATTRIBUTES: [(&str, &str, &str); 7] = [
    ("events", "long", "long"),
    ("reports", "long", "long"),
    ("cooperation", "long", "long"),
    ("conflict", "long", "long"),
    ("mean_score", "double", "double"),
    ("first", "string", "string"),
    ("last", "string", "string"),
];

fn node_values(key: &(String, String), node: &Node) -> [Option<String>; 5] {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let country = key.1.split(' ').next().unwrap_or_default();
    [known(&key.0), known(&key.1), known(country), known(&node.kind), Some(node.events.to_string())]
}

fn edge_values(edge: &Edge) -> [Option<String>; 7] {
    [
        Some(edge.events.to_string()),
        Some(edge.reports.to_string()),
        Some(edge.cooperation.to_string()),
        Some(edge.conflict.to_string()),
        edge.mean_score().map(|s| s.to_string()),
        edge.first.clone(),
        edge.last.clone(),
    ]
}

pub(crate) fn write_gexf(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    let network = Network::of(export)?;
    let numbers = network.numbers();
    let mut xml = document(out)?;
    let root = xml.create_element("gexf").with_attributes([("xmlns", "http://gexf.net/1.3"), ("version", "1.3")]);
    root.write_inner_content(|xml| {
        xml.create_element("meta").write_inner_content(|xml| {
            text(xml, "creator", &export.made_by.program)?;
            text(xml, "description", &export.made_by.json())
        })?;
        xml.create_element("graph").with_attribute(("defaultedgetype", "directed")).write_inner_content(|xml| {
            for (class, attributes) in [("node", &NODE_ATTRIBUTES[..]), ("edge", &EDGE_ATTRIBUTES[..])] {
                xml.create_element("attributes").with_attribute(("class", class)).write_inner_content(|xml| {
                    for (i, (name, _, kind)) in attributes.iter().enumerate() {
                        let id = i.to_string();
                        let one = [("id", id.as_str()), ("title", *name), ("type", *kind)];
                        xml.create_element("attribute").with_attributes(one).write_empty()?;
                    }
                    Ok(())
                })?;
            }
            xml.create_element("nodes").write_inner_content(|xml| {
                for (key, node) in &network.nodes {
                    let id = numbers.get(key).copied().unwrap_or_default().to_string();
                    let label = clean(&key.0);
                    let element = xml.create_element("node").with_attributes([("id", id.as_str()), ("label", &label)]);
                    element.write_inner_content(|xml| gexf_values(xml, &node_values(key, node)))?;
                }
                Ok(())
            })?;
            xml.create_element("edges").write_inner_content(|xml| {
                for (i, ((from, to), edge)) in network.edges.iter().enumerate() {
                    let [id, source, target] = [Some(i), numbers.get(from).copied(), numbers.get(to).copied()]
                        .map(|n| n.unwrap_or_default().to_string());
                    let weight = edge.events.to_string();
                    let ends = [("id", id.as_str()), ("source", &source), ("target", &target), ("weight", &weight)];
                    let element = xml.create_element("edge").with_attributes(ends);
                    element.write_inner_content(|xml| gexf_values(xml, &edge_values(edge)))?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    end(xml)
}

fn gexf_values<W: Write>(xml: &mut Writer<W>, values: &[Option<String>]) -> std::io::Result<()> {
    xml.create_element("attvalues").write_inner_content(|xml| {
        for (i, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            let (id, value) = (i.to_string(), clean(value));
            xml.create_element("attvalue").with_attributes([("for", id.as_str()), ("value", &value)]).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

pub(crate) fn write_graphml(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    let network = Network::of(export)?;
    let numbers = network.numbers();
    let mut xml = document(out)?;
    let root = xml.create_element("graphml").with_attribute(("xmlns", "http://graphml.graphdrawing.org/xmlns"));
    root.write_inner_content(|xml| {
        graphml_keys(xml)?;
        xml.create_element("graph")
            .with_attributes([("id", "ledger"), ("edgedefault", "directed")])
            .write_inner_content(|xml| {
                let made_by = export.made_by.json();
                xml.create_element("data")
                    .with_attribute(("key", "g0"))
                    .write_text_content(BytesText::new(&made_by))?;
                for (key, node) in &network.nodes {
                    let id = format!("n{}", numbers.get(key).copied().unwrap_or_default());
                    let element = xml.create_element("node").with_attribute(("id", id.as_str()));
                    element.write_inner_content(|xml| graphml_values(xml, 'n', &node_values(key, node)))?;
                }
                for ((from, to), edge) in &network.edges {
                    let [source, target] =
                        [from, to].map(|end| format!("n{}", numbers.get(end).copied().unwrap_or_default()));
                    let ends = [("source", source.as_str()), ("target", &target)];
                    let element = xml.create_element("edge").with_attributes(ends);
                    element.write_inner_content(|xml| graphml_values(xml, 'e', &edge_values(edge)))?;
                }
                Ok(())
            })?;
        Ok(())
    })?;
    end(xml)
}

fn graphml_keys<W: Write>(xml: &mut Writer<W>) -> std::io::Result<()> {
    let graph = [("id", "g0"), ("for", "graph"), ("attr.name", "made_by"), ("attr.type", "string")];
    xml.create_element("key").with_attributes(graph).write_empty()?;
    for (sign, end, attributes) in [('n', "node", &NODE_ATTRIBUTES[..]), ('e', "edge", &EDGE_ATTRIBUTES[..])] {
        for (i, (name, kind, _)) in attributes.iter().enumerate() {
            let id = format!("{sign}{i}");
            let key = [("id", id.as_str()), ("for", end), ("attr.name", name), ("attr.type", kind)];
            xml.create_element("key").with_attributes(key).write_empty()?;
        }
    }
    Ok(())
}

fn graphml_values<W: Write>(xml: &mut Writer<W>, sign: char, values: &[Option<String>]) -> std::io::Result<()> {
    for (i, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let key = format!("{sign}{i}");
        let element = xml.create_element("data").with_attribute(("key", key.as_str()));
        element.write_text_content(BytesText::new(&clean(value)))?;
    }
    Ok(())
}

/// Begins an XML file.
pub(crate) fn document(out: &mut dyn Write) -> Result<Writer<&mut dyn Write>> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(xml)
}

pub(crate) fn end(xml: Writer<&mut dyn Write>) -> Result<()> {
    Ok(xml.into_inner().write_all(b"\n")?)
}

/// An element with words only.
pub(crate) fn text<W: Write>(xml: &mut Writer<W>, name: &str, words: &str) -> std::io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(words)))?;
    Ok(())
}

/// Words without what XML 1.0 cannot hold.
pub(crate) fn clean(words: &str) -> String {
    let fits = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
    words.chars().filter(fits).collect()
}
