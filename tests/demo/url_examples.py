from tests.security.examples import Example

EXAMPLES = {"demo:mail": Example()}
