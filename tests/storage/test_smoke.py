def test_it(clinic_db):
    import psycopg
    with psycopg.connect(clinic_db.app.url(with_password=True)) as c:
        print(c.execute("select * from schema_info").fetchall())
