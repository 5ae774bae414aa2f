"""The fields of Django: the order of their arguments, and what `deconstruct()` leaves out.

Source: django/db/models/fields and django/contrib of Django 5.2; where older versions differ, what they write in
migrations is brought to the same form.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.migrations.django.values import Ref
from bot.checks.migrations.syntax.folding import Value

BASE = (
    *("verbose_name", "name", "primary_key", "max_length", "unique", "blank", "null", "db_index", "rel", "default"),
    *("editable", "serialize", "unique_for_date", "unique_for_month", "unique_for_year", "choices", "help_text"),
    *("db_column", "db_tablespace", "auto_created", "validators", "error_messages", "db_comment", "db_default"),
)
FOREIGN_KEY = ("to", "on_delete", "related_name", "related_query_name", "limit_choices_to", "parent_link", "to_field")
_FOREIGN_KEY = (*FOREIGN_KEY, "db_constraint")
_ONE_TO_ONE = ("to", "on_delete", "to_field")
_MANY_TO_MANY = (
    *("to", "related_name", "related_query_name", "limit_choices_to", "symmetrical", "through", "through_fields"),
    *("db_constraint", "db_table", "swappable"),
)
_NAMED = ("verbose_name", "name")
_DATE = (*_NAMED, "auto_now", "auto_now_add")
_SPATIAL = ("verbose_name", "srid", "spatial_index")

POSITIONS: Mapping[str, tuple[str, ...]] = {
    "ForeignKey": _FOREIGN_KEY,
    "OneToOneField": _ONE_TO_ONE,
    "ManyToManyField": _MANY_TO_MANY,
    "DateField": _DATE,
    "DateTimeField": _DATE,
    "TimeField": _DATE,
    "DecimalField": (*_NAMED, "max_digits", "decimal_places"),
    "FilePathField": (*_NAMED, "path", "match", "recursive", "allow_files", "allow_folders"),
    "FileField": (*_NAMED, "upload_to", "storage"),
    "ImageField": (*_NAMED, "width_field", "height_field"),
    "GenericIPAddressField": (*_NAMED, "protocol", "unpack_ipv4"),
    "UUIDField": ("verbose_name",),
    "JSONField": (*_NAMED, "encoder", "decoder"),
    "ArrayField": ("base_field", "size"),
    "GeometryField": _SPATIAL,
    **dict.fromkeys(("PointField", "LineStringField", "PolygonField", "MultiPointField"), _SPATIAL),
    **dict.fromkeys(("MultiLineStringField", "MultiPolygonField", "GeometryCollectionField"), _SPATIAL),
    "RasterField": _SPATIAL,
}
SPATIAL = frozenset(name for name, positions in POSITIONS.items() if positions == _SPATIAL)
_RANGES = ("IntegerRangeField", "BigIntegerRangeField", "DecimalRangeField", "DateTimeRangeField", "DateRangeField")
CORE = frozenset(
    {
        *("AutoField", "BigAutoField", "SmallAutoField", "BigIntegerField", "BinaryField", "BooleanField", "CharField"),
        *("CommaSeparatedIntegerField", "DateField", "DateTimeField", "DecimalField", "DurationField", "EmailField"),
        *("Field", "FileField", "FilePathField", "FloatField", "ForeignKey", "GenericIPAddressField", "ImageField"),
        *("IntegerField", "IPAddressField", "JSONField", "ManyToManyField", "NullBooleanField", "OneToOneField"),
        *("PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "SlugField"),
        *("SmallIntegerField", "TextField", "TimeField", "URLField", "UUIDField", "GeneratedField", "XMLField"),
        "CompositePrimaryKey",
    }
)
_POSTGRES = frozenset(
    {
        *("ArrayField", "CICharField", "CIEmailField", "CITextField", "HStoreField", "JSONField"),
        *("SearchVectorField", "FloatRangeField", *_RANGES),
    }
)
RELATIONS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField"})
AUTO = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})

# What `deconstruct()` leaves out where it is so; a name that is missing here is always written.
LEFT_OUT: Mapping[str, Value] = {
    "verbose_name": None,
    "primary_key": False,
    "max_length": None,
    "unique": False,
    "blank": False,
    "null": False,
    "db_index": False,
    "editable": True,
    "serialize": True,
    "unique_for_date": None,
    "unique_for_month": None,
    "unique_for_year": None,
    "choices": None,
    "help_text": "",
    "db_column": None,
    "db_tablespace": None,
    "auto_created": False,
    "error_messages": None,
    "db_comment": None,
    "related_name": None,
    "related_query_name": None,
    "parent_link": False,
    "db_constraint": True,
    "to_field": None,
    "through": None,
    "through_fields": None,
    "db_table": None,
    "auto_now": False,
    "auto_now_add": False,
    "max_digits": None,
    "decimal_places": None,
    "width_field": None,
    "height_field": None,
    "encoder": None,
    "decoder": None,
    "db_collation": None,
    "allow_unicode": False,
    "unpack_ipv4": False,
    "path": "",
    "match": None,
    "recursive": False,
    "allow_files": True,
    "allow_folders": False,
    "spatial_index": True,
    "dim": 2,
    "geography": False,
    "extent": None,
    "tolerance": None,
    "size": None,
    "default_bounds": None,
}
# As above, for one class alone.
LEFT_OUT_OF: Mapping[str, Mapping[str, Value]] = {
    "SlugField": {"max_length": 50, "db_index": True},
    "URLField": {"max_length": 200},
    "FileField": {"max_length": 100},
    "ImageField": {"max_length": 100},
    "FilePathField": {"max_length": 100},
    "GenericIPAddressField": {"max_length": 39, "protocol": "both"},
    "IPAddressField": {"max_length": 15},
    "UUIDField": {"max_length": 32},
    "ForeignKey": {"db_index": True},
    "OneToOneField": {"db_index": True},
    "BinaryField": {"editable": False},
    **{name: {"srid": 4326} for name in SPATIAL},
}
# Never part of `deconstruct()`, whatever they say.
NEVER = frozenset({"name", "rel", "swappable", "symmetrical"})
# What a field has although its source does not say so, and writes.
IMPLIED: Mapping[str, Mapping[str, Value]] = {
    "EmailField": {"max_length": 254},
    "FileField": {"upload_to": ""},
    "ImageField": {"upload_to": ""},
    **{name: {"primary_key": True} for name in AUTO},
    "CompositePrimaryKey": {"blank": True, "editable": False, "primary_key": True},
}
# What a field that is not told otherwise has as attributes, for the `__init__` of a class of the repository.
IMPLIED_ATTRIBUTES: Mapping[str, Mapping[str, Value]] = {
    "SlugField": {"max_length": 50, "db_index": True},
    "URLField": {"max_length": 200},
    "EmailField": {"max_length": 254},
    "FileField": {"max_length": 100},
    "ImageField": {"max_length": 100},
}
ALIASES = {"CommaSeparatedIntegerField": "CharField"}

_CORE_PREFIX, _POSTGRES_PREFIX, _GIS_PREFIX = (
    "django.db.models.",
    "django.contrib.postgres.",
    "django.contrib.gis.db.models.",
)
# They are assigned in a class's body and look like fields, but are no columns.
NOT_FIELDS = frozenset(
    {
        *("GenericForeignKey", "GenericRelation", "HistoricalRecords", "FieldTracker", "ModelTracker"),
        *(
            "GenericTaggedItemBase",
            "FieldPanel",
            "AuditlogHistoryField",
            "ImageSpecField",
            "SearchField",
            "FilterField",
        ),
    }
)


_FIELD_ENDINGS = ("Field", "ForeignKey", "ParentalKey", "TaggableManager", "ManyToMany")


def core_name(func: Value) -> str | None:
    """The class's name, where it is a field of Django (contrib.postgres and contrib.gis too)."""
    if not isinstance(func, Ref):
        return None
    last = func.last
    if func.name.startswith(_GIS_PREFIX):
        return last if last in SPATIAL or last in CORE else None
    if func.name.startswith(_POSTGRES_PREFIX):
        return last if last in _POSTGRES else None
    return last if func.name.startswith(_CORE_PREFIX) and last in CORE else None


def canonical_class(func: Ref) -> Ref:
    """The one name of a field's class: `django.contrib.gis.db.models.CharField` is that of `django.db.models`."""
    if func.name.startswith(_GIS_PREFIX) and func.last not in SPATIAL:
        return Ref(f"{_CORE_PREFIX}{func.last}")
    if func.name.startswith(_POSTGRES_PREFIX):
        return Ref(f"{_POSTGRES_PREFIX}{func.last}")
    return Ref(f"{_GIS_PREFIX}{func.last}") if func.name.startswith(_GIS_PREFIX) else Ref(f"{_CORE_PREFIX}{func.last}")


def looks_like_field(func: Value) -> bool:
    """Whether a class outside the repository is a field by its name."""
    if not isinstance(func, Ref) or func.last in NOT_FIELDS or func.name.startswith("django.forms"):
        return False
    if func.name.startswith(
        ("rest_framework.", "graphene.", "django_filters.", "wtforms.", "marshmallow.", "import_export.")
    ):
        return False
    return func.last.endswith(_FIELD_ENDINGS)
