"""What the server answers is what its OpenAPI document says, whatever is sent."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from brushite.web.app import create_app
from brushite.web.settings import Settings

HOST = {"host": "localhost"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    app = create_app(Settings(database=f"sqlite:///{tmp_path_factory.mktemp('openapi')}/app.db"))
    yield schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HOST)
    for each in (app.state.parts.jobs, app.state.parts.room, app.state.parts.store):
        each.close()


def test_no_request_is_answered_otherwise_than_described(described):
    operations = [each.ok() for each in described.get_all_operations()]

    for operation in operations:
        _try(operation)

    assert len(operations) > 25


def _try(operation) -> None:
    """Fifteen requests to one operation, the same ones in every run."""

    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case) -> None:
        case.call_and_validate(checks=CHECKS, headers=HOST)

    asked()
