from tests.security.examples import Example

EXAMPLES = {"stream:pass": Example()}
