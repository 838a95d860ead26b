//! Tokens: what is wrong with one, and how soon a revoked one is of no use. What one tenant may not see of another is
//! proven in [`super::closed`].

use super::server;

#[tokio::test]
async fn a_revoked_token_works_for_a_second_at_most() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (plain, id) = server.token(ada.user, "*", None).await;
    let client = server.anonymous().with_token(plain.reveal());
    client.get("/workspaces").await.expect(200);
    let user = ada.user;
    // As the command line does it, in another process.
    server
        .write(move |conn| storage::tokens::revoke(conn, user, id, testkit::databases::at(0)))
        .await;
    server.advance(std::time::Duration::from_secs(1));
    client.get("/workspaces").await.expect_error(401, "token_invalid");
}

#[tokio::test]
async fn a_token_that_is_none_is_told_what_is_wrong_with_it() {
    let server = server();
    let ada = server.tenant("ada").await;
    let (plain, _) = server.token(ada.user, "*", None).await;
    let cut = plain.reveal().split_at(50).0;
    let other = plain.reveal().replace(
        [
            'a', 'b', 'c', 'd', 'e', 'f', 'A', 'B', 'C', 'D', 'E', 'F', '1', '2',
        ],
        "x",
    );
    for token in ["x", cut, &other] {
        let answer = server.anonymous().with_token(token).get("/workspaces").await;
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer error=\"invalid_token\""
        );
        answer.expect_error(401, "token_invalid");
    }
    let never_given = domain::token::PlainToken::mint([7; 32]);
    server
        .anonymous()
        .with_token(never_given.reveal())
        .get("/workspaces")
        .await
        .expect_error(401, "token_invalid");
    let answer = server.anonymous().get("/workspaces").await;
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}
