"""Words in cells: yes and no, channels, languages, whether a patient is active, what became of an appointment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from reactivate_desktop.domain.enums import AppointmentStatus, CommunicationChannel, PatientState
from reactivate_desktop.domain.names import fold
from reactivate_desktop.emr.csv_files.cells import Refused, refuse_damage

_YES = "yes y true t 1 si s x verdadero on"
_NO = "no n false f 0 falso off"
_CHANNELS = {
    CommunicationChannel.SMS: "sms text texts txt textmessage textmessages smstext texto mensaje mensajedetexto",
    CommunicationChannel.WHATSAPP: "whatsapp wa whatsup",
    CommunicationChannel.EMAIL: "email emails emailaddress correo correoelectronico",
    CommunicationChannel.FACEBOOK_MESSENGER: "facebookmessenger messenger facebook fb fbmessenger",
    CommunicationChannel.INSTAGRAM_DM: "instagramdm instagram ig instagramdirect",
    CommunicationChannel.VOICE: """
        voice call calls phone phonecall telephone cellphone homephone workphone mobilephone llamada llamadas
        telefono voz
    """,
}
_STATES = {
    PatientState.PRESENT: f"present active current activo activa actual vigente {_YES}",
    PatientState.INACTIVE: f"inactive archived former discharged inactivo inactiva {_NO}",
    PatientState.MOVED: "moved relocated movedaway mudado mudada",
    PatientState.DECEASED: "deceased dead died expired fallecido fallecida",
}
_STATUSES = {
    AppointmentStatus.SCHEDULED: """
        scheduled booked pending proposed waitlist waitlisted unconfirmed planned upcoming future tentative
        notconfirmed programada programado agendada agendado pendiente reservada
    """,
    AppointmentStatus.CONFIRMED: """
        confirmed arrived checkedin checkin inroom roomed inprogress confirmada confirmado llego
    """,
    AppointmentStatus.COMPLETED: """
        completed complete fulfilled done finished attended checkedout checkout seen kept closed completada
        completado realizada realizado atendida atendido finalizada asistio
    """,
    AppointmentStatus.CANCELLED: """
        cancelled canceled cancel cancelledbypatient canceledbypatient cancelledbyclinic canceledbyclinic
        patientcancelled patientcanceled latecancel latecancelled latecanceled deleted void voided
        enteredinerror cancelada cancelado anulada anulado
    """,
    AppointmentStatus.NO_SHOW: """
        noshow noshowed missed didnotattend didnotcome dna broken brokenappointment failed failedtoattend
        noasistio nosepresento ausente inasistencia
    """,
    AppointmentStatus.RESCHEDULED: "rescheduled reschedule moved reprogramada reprogramado reagendada reagendado",
}
KNOWN_STATUSES = (
    "scheduled, booked, pending, confirmed, arrived, checked in, completed, fulfilled, done, cancelled, no show, "
    "missed, rescheduled"
)
_LANGUAGES = """
    en english eng ingles | es spanish spa span espanol castellano | zh chinese mandarin cantonese zho chi chino
    | vi vietnamese vie vietnamita | ko korean kor coreano | tl tagalog filipino tgl fil | ru russian rus ruso
    | ar arabic ara arabe | fr french fra fre frances | ht haitian haitiancreole creole hat
    | pt portuguese por portugues | pl polish pol | de german deu ger aleman | it italian ita italiano
    | ja japanese jpn | hi hindi hin | ur urdu urd | fa persian farsi fas per | gu gujarati guj | bn bengali ben
    | pa punjabi panjabi pan | hy armenian hye arm | uk ukrainian ukr | so somali som | am amharic amh
    | he hebrew heb | el greek ell gre | th thai tha | hmn hmong | ne nepali nep | my burmese mya bur
    | km khmer cambodian khm | lo lao laotian | sw swahili swa | ta tamil tam | te telugu tel | tr turkish tur
    | ro romanian ron rum | nl dutch nld dut | ase americansignlanguage asl signlanguage
"""
_MORE_CODES = """
    aa ab af ak as av ay az ba be bg bi bm bo br bs ca ce ch co cs cu cv cy da dv dz ee eo et eu ff fi fj fo fy ga gd
    gl gn gv ha ho hr hu ia id ie ig ii ik io is iu jv ka kg ki kj kk kl kn kr ks ku kv kw ky la lb lg li ln lt lu lv
    mg mh mi mk ml mn mr ms mt na nb nd ng nn no nr nv ny oc oj om or os pi ps qu rm rn rw sa sc sd se sg si sk sl sm
    sn sq sr ss st su sv tg ti tk tn to ts tt tw ty ug uz ve vo wa wo xh yi yo za zu
"""
_NO_LANGUAGE_WORDS = "unknown other declined declinedtospecify notspecified undetermined und unspecified"
_NO_CHANNEL_WORDS = "any nopreference all unknown notspecified unspecified ninguno cualquiera"
_CODE = re.compile(r"([a-z]{2,3})[-_][a-z0-9_-]+$")
_Meaning = TypeVar("_Meaning")


def _by_word(meanings: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    return {word: meaning for meaning, words in meanings.items() for word in words.split()}


_FLAG = _by_word({True: _YES, False: _NO})
_CHANNEL = _by_word(_CHANNELS)
_STATE = _by_word(_STATES)
_STATUS = _by_word(_STATUSES)
_LANGUAGE = {word: line.split()[0] for line in _LANGUAGES.split("|") for word in line.split()} | {
    code: code for code in _MORE_CODES.split()
}


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    """Return the letters and digits of a word, folded: "No-Show" and "no show" are one word."""
    return "".join(c for c in fold(text) if c.isalnum())


def read_flag(field: str, text: str) -> bool | None:
    """Return yes or no (None: an empty cell). Raises Refused for another word."""
    if not text:
        return None
    if (flag := _FLAG.get(_key(text))) is None:
        refuse_damage(field, text)
        raise Refused(field, f'"{text[:40]}" is neither yes nor no. Please write yes or no.')
    return flag


def read_channel(field: str, text: str) -> CommunicationChannel | None:
    """Return a channel (None: an empty cell, or no preference). Raises Refused for another word."""
    key = _key(text)
    if not text or key in _NO_CHANNEL_WORDS.split():
        return None
    if (channel := _CHANNEL.get(key)) is None:
        refuse_damage(field, text)
        raise Refused(
            field,
            f'"{text[:40]}" is no channel we know. Known are: SMS, WhatsApp, email, Messenger, Instagram, phone.',
        )
    return channel


def read_language(field: str, text: str) -> str | None:
    """Return the code of a language, without its country (None: an empty cell, or declined). Raises Refused."""
    if not text:
        return None
    found = _CODE.match(text.lower())
    key = found[1] if found and found[1] in _LANGUAGE else _key(text)
    if key in _NO_LANGUAGE_WORDS.split():
        return None
    if (language := _LANGUAGE.get(key)) is None:
        refuse_damage(field, text)
        raise Refused(field, f'"{text[:40]}" is no language we know. Please write it like English, Spanish or es.')
    return language


def read_state_of_patient(field: str, text: str) -> PatientState | None:
    """Return whether the clinic still expects the patient (None: an empty cell). Raises Refused."""
    if not text:
        return None
    if (state := _STATE.get(_key(text))) is None:
        refuse_damage(field, text)
        raise Refused(
            field,
            f'"{text[:40]}" does not say whether the patient is active. '
            "Known are: yes, no, active, inactive, moved, deceased.",
        )
    return state


def read_status(field: str, text: str) -> AppointmentStatus | None:
    """Return what became of an appointment (None: an empty cell). Raises Refused for another word."""
    if not text:
        return None
    if (status := _STATUS.get(_key(text))) is None:
        refuse_damage(field, text)
        raise Refused(field, f'"{text[:40]}" is no status we know. Known are: {KNOWN_STATUSES}.')
    return status
