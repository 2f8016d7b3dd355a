"""What every table of a file is made of: kinds of numbers and texts with their ranges, and the base of all tables."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Radius = Annotated[float, Field(gt=0, le=3000, allow_inf_nan=False)]
Indicator = Annotated[float, Field(ge=-3, le=3, allow_inf_nan=False)]
Iso3 = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Week = Annotated[int, Field(ge=0, le=2600)]


class Table(BaseModel):
    """A table of a file: immutable, no unknown keys, no silent conversion, and every number is a number (no nan, no inf)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy as pydantic does; with other values it knows nothing of what was worked out from those before."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            for name in vars(copied).keys() - type(self).model_fields.keys():
                del vars(copied)[name]
        return copied
