"""Pages from templates: one HTML file that holds everything it shows; whatever comes from files of users is escaped."""

import jinja2


def rendered(template: str, package: str = "experiments.report", **values: object) -> str:
    """Return a template of a package's folder `templates` filled with values; a value that is missing is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
