//! The tools: their names, what they do, what they take.

use serde_json::{Map, Value, json};

/// What a client is told of the whole.
pub(crate) const INSTRUCTIONS: &str = "A ledger of world politics, read from news pages: who did what to whom, when, where, \
whether it happened or was only announced, and who says so. A report is one sentence's telling; an event is what is told, by \
one report or many. The ledger holds what outlets wrote, not what is true: name the outlet, and quote the words as they are \
given in text. Spans count characters of the article's input, end exclusive. Event types are PLOVER's. Dates may be cut to a \
month or a year.";

/// A tool as it is listed.
#[derive(Debug)]
pub struct ToolText {
    /// Its name.
    pub name: &'static str,
    /// What it does, for the model that chooses.
    pub description: &'static str,
    /// What it takes: name, type, whether it is required, what it is.
    pub arguments: &'static [Argument],
}

/// An argument: name, JSON type, whether it is required, what it is.
pub type Argument = (&'static str, &'static str, bool, &'static str);

const LIMIT: Argument = ("limit", "integer", false, "How many at most, 1 to 50; 10 without it");
const FROM: Argument = ("from", "string", false, "Earliest date, YYYY-MM-DD or shorter");
const TO: Argument = ("to", "string", false, "Latest date, YYYY-MM-DD or shorter");
const OUTLET: Argument = ("outlet", "string", false, "Only what this outlet prints, by its full name");

/// Every tool.
pub const TOOLS: &[ToolText] = &[
    ToolText {
        name: "search",
        description: "Find articles that hold all the words. \"Two words\" in quotation marks follow each other, word* begins \
                      a word. Gives articles with the passage that fits.",
        arguments: &[("query", "string", true, "The words"), LIMIT],
    },
    ToolText {
        name: "events_between",
        description: "List events, newest first: what one actor did, or what passed between two. Without actors, all events \
                      in a time or of a type. Gives type, status, parties, date, and the words of the report that speaks \
                      for each event.",
        arguments: &[
            ("actor", "string", false, "A name, part of a name, or a code: CHN, \"CHN GOV\""),
            ("other", "string", false, "A second party to the same event"),
            ("type", "string", false, "A PLOVER type: CONSULT, AGREE, SANCTION, ASSAULT …"),
            ("status", "string", false, "occurred, ongoing, planned, hypothetical, denied or called-for"),
            FROM,
            TO,
            OUTLET,
            LIMIT,
            ("after", "string", false, "The next of the answer before, to go on from there"),
        ],
    },
    ToolText {
        name: "quotes",
        description: "List what somebody said, or what was said about somebody, newest first, with the exact words and \
                      through whom they came.",
        arguments: &[
            ("speaker", "string", false, "Who speaks: a name, part of a name, or a code"),
            ("about", "string", false, "Whom it speaks of"),
            ("text", "string", false, "Words in it"),
            ("stance", "string", false, "assert, deny, promise, demand, doubt or ask"),
            OUTLET,
            LIMIT,
            ("offset", "integer", false, "How many to pass over"),
        ],
    },
    ToolText {
        name: "event",
        description: "One event with all its reports, outlet by outlet: each with its exact words, their span, the article, \
                      who says so, and why it was coded so.",
        arguments: &[("id", "string", true, "The event's id, as the other tools give it"), LIMIT],
    },
    ToolText {
        name: "actor",
        description: "What the ledger holds on an actor: names and codes, how many events, reports and quotes, whom it deals \
                      with, in what types of events.",
        arguments: &[("name", "string", true, "A name, part of a name, or a code: CHN, \"CHN GOV\""), LIMIT],
    },
];

/// What a tool takes, as JSON Schema.
pub(crate) fn input_schema(tool: &ToolText) -> Value {
    let property = |(name, kind, _, text): &Argument| {
        let mut schema = json!({ "type": kind, "description": text });
        if *kind == "integer"
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("minimum".into(), json!(0));
        }
        (name.to_string(), schema)
    };
    let properties: Map<String, Value> = tool.arguments.iter().map(property).collect();
    let required: Vec<&str> = tool.arguments.iter().filter(|a| a.2).map(|a| a.0).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
