GRANT INSERT (claimed_until), UPDATE (claimed_until) ON desk_hold TO @app@;
GRANT INSERT (claimed_until), UPDATE (claimed_until) ON desk_hold TO @worker@;
REVOKE EXECUTE ON FUNCTION app.drop_hold() FROM PUBLIC;
