//! A ledger for programs that speak the Model Context Protocol, over standard input and output or over HTTP.
//!
//! In: requests of a client. Out: answers of five tools that only read: `search`, `events_between`, `quotes`, `event` and
//! `actor`. Every statement in an answer carries the exact words, their span in the article, the article, its outlet and
//! date, so that whoever reads it can check it. Answers are bounded; what does not fit is said, with how to get the rest.
//!
//! A **report** is one sentence's telling; an **event** is what is told. Every count says which it counts.

mod answers;
mod error;
mod http;
mod tools;

pub use answers::answer;
pub use error::McpError;
pub use http::serve_http;
pub use tools::{TOOLS, ToolText};

use chancery_ledger::Ledger;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Serves a ledger over standard input and output until the client goes away. `types` are the codebook's event types, which
/// may be asked for beside those that the ledger holds.
///
/// # Errors
/// Where the ledger cannot be opened, the client speaks something else, or the program's threads cannot be started.
pub fn serve_stdio(ledger: &Path, types: Vec<String>) -> Result<(), McpError> {
    let door = Door::open(ledger, types)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(McpError::Threads)?;
    runtime.block_on(async {
        let running = door.serve(rmcp::transport::stdio()).await.map_err(|e| McpError::Client(e.to_string()))?;
        running.waiting().await.map_err(|e| McpError::Client(e.to_string()))?;
        Ok(())
    })
}

/// The ledger as the protocol sees it.
#[derive(Clone)]
struct Door {
    ledger: Arc<Mutex<Ledger>>,
    types: Arc<[String]>,
}

impl Door {
    fn open(path: &Path, types: Vec<String>) -> Result<Self, McpError> {
        Ok(Door { ledger: Arc::new(Mutex::new(Ledger::open_read_only(path)?)), types: types.into() })
    }

    /// Asks the ledger on a thread that may wait for the disk.
    async fn ask(&self, tool: String, arguments: Value) -> Result<Value, McpError> {
        let (ledger, types) = (self.ledger.clone(), self.types.clone());
        let asked = tokio::task::spawn_blocking(move || {
            let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            answer(&ledger, &types, &tool, arguments)
        });
        asked.await.unwrap_or_else(|broken| Err(McpError::Client(broken.to_string())))
    }
}

impl ServerHandler for Door {
    fn get_info(&self) -> ServerConfig {
        let info = Implementation::new("chancery", env!("CARGO_PKG_VERSION"));
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        ServerConfig::new(capabilities).with_server_info(info).with_instructions(tools::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(listed).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !TOOLS.iter().any(|t| t.name == request.name) {
            let names: Vec<&str> = TOOLS.iter().map(|t| t.name).collect();
            let why = format!("no tool {:?}; there are {}", request.name, names.join(", "));
            return Err(ErrorData::invalid_params(why, None));
        }
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let result = match self.ask(request.name.to_string(), arguments).await {
            Ok(value) => CallToolResult::structured(value),
            // What a model can mend (a wrong argument, an unknown actor) is an answer to it, not a fault of the protocol.
            Err(wrong) => CallToolResult::error(vec![ContentBlock::text(wrong.to_string())]),
        };
        Ok(result.into())
    }
}

fn listed(tool: &ToolText) -> Tool {
    let schema = match tools::input_schema(tool) {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    };
    Tool::new(tool.name, tool.description, Arc::new(schema)).with_annotations(ToolAnnotations::new().read_only(true))
}
