//! Which address gives which page.

use crate::pages::import::MOST_BYTES;
use crate::state::Desk;
use crate::{api, guard, pages};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{get, post};

pub(crate) fn all(desk: Desk) -> Router {
    Router::new()
        .route("/", get(pages::events::page))
        .route("/event/{id}", get(pages::event::page))
        .route("/article/{*id}", get(pages::article::page))
        .route("/actors", get(pages::actors::list))
        .route("/actor/{*name}", get(pages::actors::page))
        .route("/map", get(pages::map::page))
        .route("/network", get(pages::network::page))
        .route("/pair", get(pages::pair::page))
        .route("/stories", get(pages::stories::list))
        .route("/story/{id}", get(pages::stories::page))
        .route("/today", get(pages::today::page))
        .route("/outlets", get(pages::outlets::page))
        .route("/quotes", get(pages::quotes::page))
        .route("/search", get(pages::search::page))
        .route("/corrections", get(pages::corrections::list))
        .route("/correct", get(pages::corrections::form).post(pages::corrections::propose))
        .route("/correct/accept", post(pages::corrections::accept))
        .route("/data", get(pages::data::page))
        .route("/data.csv", get(pages::data::file))
        .route("/export/{format}", get(pages::data::download))
        .route("/feed", get(pages::data::newest))
        .route("/queries", get(pages::queries::list).post(pages::queries::save))
        .route("/queries/delete", post(pages::queries::delete))
        .route("/query/{name}", get(pages::queries::named))
        .route("/query/{name}/feed", get(pages::queries::feed))
        .route("/changes", get(pages::changes::page))
        .route("/import", get(pages::import::page).post(pages::import::file).layer(DefaultBodyLimit::max(MOST_BYTES)))
        .route("/import/text", post(pages::import::text).layer(DefaultBodyLimit::max(MOST_BYTES)))
        .route("/style.css", get(style))
        .route("/favicon.svg", get(icon))
        .route("/page.mjs", get(script))
        .nest("/api/v1", api::routes().layer(from_fn(guard::tagged)))
        .fallback(pages::not_found)
        .with_state(desk)
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("page.mjs"))
}

async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("favicon.svg"))
}
