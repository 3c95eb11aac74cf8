"""Recording what patients agree to and take back; rows are only ever added, and the newest word counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.consents import (
    ConsentRow,
    OptedOut,
    Recorded,
    check_consent,
    check_given,
    check_means,
)
from reactivate_desktop.domain.contact_facts import (
    KIND_OF_CHANNEL,
    WRONG_NUMBER,
    Address,
    ContactFacts,
    StopScope,
)
from reactivate_desktop.domain.enums import (
    AddressKind,
    CommunicationChannel,
    ConsentState,
    ContactPurpose,
    PhoneQuality,
    UserRole,
)
from reactivate_desktop.domain.errors import Conflict, Invalid, NotFound
from reactivate_desktop.domain.opt_outs import OptOut, opt_out
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.services.contact_checks import GONE
from reactivate_desktop.storage.queries import consents, contact_facts, numbers, patients, stands
from reactivate_desktop.storage.queries.consents import NewConsents
from reactivate_desktop.storage.queries.contact_facts import ReadFacts
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

HISTORY = 200
_EVERY_PURPOSE = tuple(ContactPurpose)


class Consents:
    """Use cases of the consent strip. A consent belongs to an address, so with a new number it must be asked anew."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def history(self, patient_id: UUID, limit: int = HISTORY) -> list[ConsentRow]:
        """Return consents and opt-outs of a patient, the newest first. Raises NotFound."""
        with self._begin() as tx:
            if patients.one(tx, patient_id) is None:
                raise NotFound(GONE)
            rows = consents.history(tx, patient_id, limit)
            tx.audit("CONSENTS_READ", "patient", patient_id, {"count": len(rows)})
            return rows

    def record(
        self,
        patient_id: UUID,
        channel: CommunicationChannel,
        purpose: ContactPurpose,
        granted: bool,
        source: str,
        wording: str | None = None,
        *,
        given_at: datetime | None = None,
        address: str | None = None,
    ) -> Recorded:
        """Record that a patient agreed (or took it back) and return what that did.

        source: where it comes from ("registration form"); wording: the version of what was agreed to, required for a
        consent; given_at: when, not in the future, default now; address: default the first one of the channel. A
        newer consent ends an opt-out of its channel (requirement O6); a number that was reported as wrong stays
        closed, and so does a patient who must not be contacted at all. Raises Invalid, Conflict, NotFound, NotAllowed.
        """
        tidy, version = check_consent(source, wording, granted=granted)
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            read = _read(tx, patient_id)
            check_given(given_at, read.now)
            chosen = _chosen(read.facts, channel, address)
            if granted:
                _check_usable(chosen, channel)
            new = NewConsents(
                patient_id=patient_id,
                kind=chosen.kind,
                addresses=[chosen.text],
                channel=channel,
                purposes=[purpose],
                state=ConsentState.GRANTED if granted else ConsentState.REVOKED,
                source=tidy,
                wording_version=version,
                given_at=given_at,
            )
            row_id = consents.record(tx, new)[0]
            lifted = granted and _lift(tx, chosen, channel, given_at or read.now)
            details = {"consent_id": str(row_id), "channel": channel, "purpose": purpose, "state": new.state}
            tx.audit("CONSENT_RECORDED", "patient", patient_id, {**details, "lifted": lifted})
            tx.changed(Change.PATIENTS, [patient_id])
            return Recorded(row_id, lifted)

    def opt_out(self, patient_id: UUID, channel: CommunicationChannel, means: str) -> OptedOut:
        """Close one channel to a patient at once, at all her addresses of it and for every purpose (requirement O3).

        means: how it reached the clinic, one of OPT_OUT_MEANS. Others who share a number are stopped there, too: an
        opt-out belongs to the number. Who can be reached nowhere any more leaves the queue. Raises Invalid, NotFound,
        NotAllowed.
        """
        check_means(means)
        return retrying(lambda: self._opt_out(patient_id, channel, means))

    def _opt_out(self, patient_id: UUID, channel: CommunicationChannel, means: str) -> OptedOut:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            held, _ = stands.hold(tx, [patient_id])
            addresses = _read(tx, patient_id).facts.of_channel(channel)
            if not addresses:
                raise Invalid("The record has no number or address for this channel, so there is nothing to close.")
            kind, texts = KIND_OF_CHANNEL[channel], [address.text for address in addresses]
            source = f"opt-out by {means}"
            new = NewConsents(patient_id, kind, texts, channel, _EVERY_PURPOSE, ConsentState.REVOKED, source)
            consents.record(tx, new)
            count = consents.suppress(tx, kind, texts, channel, f"OPT_OUT by {means}")
            left = _leave_queue(tx, held[patient_id])
            tx.audit("OPTED_OUT", "patient", patient_id, {"channel": channel, "means": means, "addresses": count})
            tx.changed(Change.PATIENTS, [patient_id])
            return OptedOut(count, left)


def _read(tx: Transaction, patient_id: UUID) -> ReadFacts:
    read = contact_facts.one(tx, patient_id)
    if read is None:
        raise NotFound(GONE)
    if read.facts.merged:
        raise Conflict("This record was merged into another one. Please search again, and use that one.")
    return read


def _chosen(facts: ContactFacts, channel: CommunicationChannel, text: str | None) -> Address:
    """Return the address that is meant. Raises Invalid when the record has none such."""
    known = facts.of_channel(channel)
    if not known:
        raise Invalid("The record has no number or address for this channel. Please add it first.")
    if text is None:
        return known[0]
    wanted = (text.strip(), read_phone(text).number)
    for address in known:
        if address.text in wanted:
            return address
    raise Invalid("This is no address of the patient. Please choose one of those in the record.")


def _check_usable(address: Address, channel: CommunicationChannel) -> None:
    stopped = _stopped(address, channel)
    wrong = address.quality == PhoneQuality.WRONG or (stopped is not None and stopped.source == WRONG_NUMBER)
    if address.kind is AddressKind.PHONE and wrong:
        raise Invalid("This number was reported as wrong. Please enter the right one first.")


def _stopped(address: Address, channel: CommunicationChannel) -> OptOut | None:
    """Return the opt-out of the address on just this channel; None: there is none."""
    bare = Address(address.kind, address.text, suppressions=address.suppressions)
    return opt_out(bare, channel, ContactPurpose.CARE, StopScope.PURPOSE, automated=False)


def _lift(tx: Transaction, address: Address, channel: CommunicationChannel, given_at: datetime) -> bool:
    """End an opt-out that is older than the consent; False when there is none."""
    stopped = _stopped(address, channel)
    if stopped is None or stopped.at > given_at:
        return False
    return consents.suppress(tx, address.kind, [address.text], channel, "New consent", lifted=True) > 0


def _leave_queue(tx: Transaction, held: stands.Stands) -> bool:
    """Take a patient, whose standing is locked, out of the queue when every number and mail address has opted out."""
    waits = held.queue_open or held.next_action_at is not None or held.callback_at is not None
    if not waits or not _unreachable(_read(tx, held.id).facts.addresses):
        return False
    numbers.close(tx, [held.id])
    tx.changed(Change.QUEUE, [held.id])
    return True


def _unreachable(addresses: Sequence[Address]) -> bool:
    """Whether scoring would find every number (for calls) and mail address opted out."""
    asked = {AddressKind.PHONE: CommunicationChannel.VOICE, AddressKind.EMAIL: CommunicationChannel.EMAIL}
    return all(_stopped(address, asked[address.kind]) is not None for address in addresses if address.kind in asked)
