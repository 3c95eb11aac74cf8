-- app.claim_next does what it did, and the row besides.
DROP FUNCTION app.take_best(text, double precision, uuid[], boolean);
REVOKE EXECUTE ON FUNCTION app.claim_next(text, text, double precision, uuid[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.claim_next(text, text, double precision, uuid[], boolean) TO @app@;
