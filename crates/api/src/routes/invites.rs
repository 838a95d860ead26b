//! `/workspaces/{workspaceId}/users/add`, `/workspaces/{workspaceId}/invites`, and `/invite`, where their links lead.

mod accept;
mod add;
mod cancel;
mod examples;
mod link;
mod list;
mod look;
mod resend;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use self::examples::examples;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(add::add_workspace_user)
        .service(list::list_invites)
        .service(resend::resend_invite)
        .service(link::get_invite_link)
        .service(cancel::cancel_invite)
        .service(cancel::cancel_invite_by_cancel)
        .service(look::get_invitation)
        .service(accept::accept_invitation);
}
