"""Pages from templates: one HTML file that holds everything it shows; whatever comes from files of users is escaped."""

import jinja2


def rendered(template: str, **values: object) -> str:
    """Return a template of `report/templates/` filled with values; a value that is missing is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
