//! Which address gives which page.

use crate::state::Desk;
use crate::{api, pages};
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

pub(crate) fn all(desk: Desk) -> Router {
    Router::new()
        .route("/", get(pages::events::page))
        .route("/event/{id}", get(pages::event::page))
        .route("/article/{*id}", get(pages::article::page))
        .route("/actors", get(pages::actors::list))
        .route("/actor/{*name}", get(pages::actors::page))
        .route("/outlets", get(pages::outlets::page))
        .route("/quotes", get(pages::quotes::page))
        .route("/search", get(pages::search::page))
        .route("/style.css", get(style))
        .route("/favicon.svg", get(icon))
        .nest("/api/v1", api::routes())
        .fallback(pages::not_found)
        .with_state(desk)
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("favicon.svg"))
}
