"""What a column may mean, and the header words by which it is guessed (English and Spanish)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reactivate_desktop.domain.imports import ImportSubject

_BIRTH = """
    dob birthdate dateofbirth birthday birth datebirth bday bdate fechadenacimiento fechanacimiento fnac
    nacimiento
"""
_PROVIDER = """
    provider providername doctor doctorname physician clinician dentist therapist practitioner hygienist
    renderingprovider seenby with staff resource medico profesional doctora proveedor
"""
_PHONE = """
    mobile cell mobilephone cellphone mobilenumber cellnumber mobileno phone phonenumber phoneno primaryphone
    phone1 telephone tel telephonenumber contactnumber homephone phonehome homenumber hometelephone home
    workphone phonework worknumber phonemobile phonecell celular movil telefono telefonomovil telefonocelular
    numerodetelefono telefonodecasa
"""
_FIRST_NAME = "firstname first fname firstnm fstnm givenname given forename firstnames nombre nombres primernombre"
_LAST_NAME = """
    lastname last lname lastnm surname familyname family lastnames apellido apellidos primerapellido
"""
_NAME = """
    name fullname patientname displayname patient clientname client lastfirst lastnamefirstname namelastfirst
    nombrecompleto nombreyapellido nombreyapellidos apellidosynombre apellidoynombre paciente
"""
_PATIENT_FIELDS = {
    "external_id": """
        patientid externalid externalpatientid patid ptid pid id patientno patientnumber patientnum clientid
        personid patientkey recordid idpaciente iddepaciente idexterno numerodepaciente
    """,
    "mrn": """
        mrn medicalrecordnumber medicalrecordno medrecno chartnumber chartno chartid chart accountnumber
        accountno account acct historiaclinica numerodehistoria expediente
    """,
    "first_name": _FIRST_NAME,
    "last_name": _LAST_NAME,
    "name": _NAME,
    "phone": _PHONE,
    "phone_second": "secondaryphone secondphone phone2 phonesecond otherphone alternatephone altphone telefono2 "
    + _PHONE,
    "email": "email emailaddress mail emailid correo correoelectronico direcciondecorreo",
    "date_of_birth": _BIRTH,
    "preferred_channel": """
        preferredchannel channel contactpreference preferredcontact preferredcontactmethod contactmethod
        preferredmethodofcontact communicationpreference canal canalpreferido
    """,
    "language": "preferredlanguage language primarylanguage lang idioma lengua idiomapreferido",
    "postal_code": "zip zipcode postalcode postcode postal homezip cp codigopostal",
    "state": "state province homestate addressstate provincia",
    "registered_on": """
        registeredon registrationdate registered dateregistered createdat createdon created datecreated
        creationdate dateadded patientsince enrolled fechaderegistro fechaalta fechadealta
    """,
    "active": "active isactive patientstatus status activo activa estatus",
    "deceased_on": """
        deceasedon deceaseddate dateofdeath deathdate dod deceased isdeceased fallecido fechadefallecimiento
    """,
    "do_not_contact": "donotcontact dnc nocontact donotcall optout optedout nocontactar nollamar",
    "last_visit": """
        lastvisit lastvisitdate lastseen lastseenon dateoflastvisit lastdateofservice lastdos lastappointment
        lastapptdate lastappt ultimavisita fechadeultimavisita ultimacita
    """,
    "next_appointment": """
        nextappointment nextappt nextappointmentdate nextapptdate nextvisit nextvisitdate proximacita
        proximavisita
    """,
}
_PATIENT_REFERENCE = {
    "patient_id": """
        patientid externalpatientid patid ptid pid patientno patientnumber patientnum clientid personid
        patientkey mrn medicalrecordnumber chartnumber chartno chart accountnumber account acct idpaciente
        iddepaciente numerodepaciente expediente
    """,
    "patient_first_name": _FIRST_NAME,
    "patient_last_name": _LAST_NAME,
    "patient_name": _NAME,
    "patient_date_of_birth": _BIRTH,
}
_VISIT_FIELDS = {
    "external_id": """
        visitid encounterid externalvisitid externalid visitno visitnumber encounternumber recordid id idvisita
        iddevisita
    """,
    **_PATIENT_REFERENCE,
    "date": """
        visitdate dateofvisit dateofservice servicedate dos encounterdate checkindate appointmentdate apptdate
        date visitedon startsat startedat datetime visitdatetime start startdate fechadevisita fechavisita
        fechadeservicio fechadeconsulta fecha
    """,
    "time": "visittime starttime timeofvisit time appointmenttime appttime hora horadeinicio",
    "type": """
        visittype encountertype type appointmenttype appttype visitreason reason reasonforvisit service
        servicetype procedure tipo tipodevisita motivo motivodevisita servicio
    """,
    "provider": _PROVIDER,
    "status": "visitstatus encounterstatus status appointmentstatus apptstatus estado estatus",
}
_APPOINTMENT_FIELDS = {
    "external_id": """
        appointmentid apptid externalappointmentid externalid appointmentno appointmentnumber bookingid recordid
        id idcita iddecita
    """,
    **_PATIENT_REFERENCE,
    "starts_at": """
        startsat start startdatetime datetime appointmentdatetime apptdatetime scheduledat scheduledfor
        scheduledstart fechahora fechayhora iniciaen
    """,
    "date": """
        appointmentdate apptdate dateofappointment date startdate scheduleddate visitdate dateofservice
        fechadecita fechadelacita fecha
    """,
    "time": "appointmenttime appttime starttime time scheduledtime hora horadeinicio horadelacita",
    "type": """
        appointmenttype appttype type visittype reason reasonforvisit service servicetype procedure tipo
        tipodecita motivo servicio
    """,
    "provider": _PROVIDER,
    "duration": """
        durationminutes duration minutes mins length lengthminutes durationmin slotlength duracion
        duracionminutos minutos
    """,
    "status": "appointmentstatus apptstatus status bookingstatus estado estatus estadodelacita",
}


def _split(fields: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(words.split()) for name, words in fields.items()})


# Per subject: field -> header words for it (folded, letters and digits only), the surest first.
FIELDS: Mapping[ImportSubject, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        ImportSubject.PATIENTS: _split(_PATIENT_FIELDS),
        ImportSubject.VISITS: _split(_VISIT_FIELDS),
        ImportSubject.APPOINTMENTS: _split(_APPOINTMENT_FIELDS),
    }
)

_REFERENCE = (
    ("patient_id",),
    ("patient_name", "patient_date_of_birth"),
    ("patient_first_name", "patient_date_of_birth"),
    ("patient_last_name", "patient_date_of_birth"),
)
# Per subject: what a file must say: a name for it, and the sets of fields of which one is enough.
NEEDED: Mapping[ImportSubject, tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]] = MappingProxyType(
    {
        ImportSubject.PATIENTS: (
            ("the name of the patient (name, first_name or last_name)", (("name",), ("first_name",), ("last_name",))),
        ),
        ImportSubject.VISITS: (
            ("the patient (patient_id, or patient_name with patient_date_of_birth)", _REFERENCE),
            ("the day of the visit (date)", (("date",),)),
        ),
        ImportSubject.APPOINTMENTS: (
            ("the patient (patient_id, or patient_name with patient_date_of_birth)", _REFERENCE),
            ("the start of the appointment (starts_at, or date and time)", (("starts_at",), ("date",))),
        ),
    }
)
# Fields that hold days, with or without a time of day.
DATE_FIELDS = frozenset(
    {
        "date_of_birth",
        "registered_on",
        "deceased_on",
        "last_visit",
        "next_appointment",
        "patient_date_of_birth",
        "date",
        "starts_at",
    }
)
