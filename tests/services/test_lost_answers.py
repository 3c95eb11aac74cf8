"""When the answer to a COMMIT is lost, the sentence must not say that nothing was changed; deadlocks are retried."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.unit_of_work import begin, retrying
from tests.conftest import ClinicDatabase
from tests.factories.clinics import ClinicMaker
from tests.fixtures import FrontDesk


class CuttingProxy:
    """Passes bytes on to the server; once armed, it cuts the line when the server has answered what holds `word`."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.armed = False
        self.word = b"COMMIT"
        # Whether it cuts one line only.
        self.once = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        # accept() is woken by a last connection; closing the socket alone does not.
        self._stopping = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join(10)
        self._listener.close()

    _stopping = False

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._stopping:
                client.close()
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with closing(client), closing(socket.create_connection(self._server)) as server:
            cut = threading.Event()
            back = threading.Thread(target=self._answer, args=(server, client, cut), daemon=True)
            back.start()
            while data := client.recv(65536):
                if self.armed and self.word in data:
                    cut.set()
                    self.armed = not self.once
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
            back.join(10)

    def _answer(self, server: socket.socket, client: socket.socket, cut: threading.Event) -> None:
        while data := server.recv(65536):
            if cut.is_set():
                client.shutdown(socket.SHUT_RDWR)
                return
            client.sendall(data)


@pytest.fixture
def proxy(clinic_db: ClinicDatabase) -> Iterator[CuttingProxy]:
    made = CuttingProxy(clinic_db.app.host, clinic_db.app.port)
    yield made
    made.close()


def test_a_lost_answer_to_commit_is_told_as_it_is(
    maker: ClinicMaker, clinic_db: ClinicDatabase, proxy: CuttingProxy
) -> None:
    person = maker.person(maker.clinic(), UserRole.STAFF)
    database = Database(replace(clinic_db.app, port=proxy.port), pool_size=1)
    patients = Patients(lambda: begin(database, person.signed_in.token))
    try:
        patients.page()
        proxy.armed = True
        with pytest.raises(ConnectionLost, match="it may be saved or not"):
            patients.add(NewPatient("Perhaps", "Saved"))
    finally:
        database.close()
    assert [row.first_name for row in Patients(person.begin).page()] == ["Perhaps"]


def test_a_deadlocks_victim_is_tried_again(front_desk: FrontDesk) -> None:
    patients = Patients(front_desk.staff.begin)
    ids = [patients.add(NewPatient("Dead", "Lock")) for _ in range(2)]
    meet = threading.Barrier(2)
    tries: list[int] = []
    over = threading.Event()

    def lock_both(order: list[int]) -> None:
        own: list[int] = []

        def work() -> None:
            own.append(1)
            tries.append(1)
            if len(own) > 1:
                over.wait(10)  # the victim would else be quicker than who waits for its row, and meet her again
            with front_desk.staff.begin() as tx:
                for step, number in enumerate(order):
                    statement = sa.text("UPDATE patient SET best_time = 'x' WHERE clinic_id = :c AND id = :i")
                    tx.connection.execute(statement, {"c": tx.clinic_id, "i": ids[number]})
                    if step == 0 and len(own) == 1:
                        meet.wait(10)  # each holds its first row before either asks for the second

        retrying(work)
        over.set()

    threads = [threading.Thread(target=lock_both, args=(order,)) for order in ([0, 1], [1, 0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(tries) == 3
