"""One tree of errors; what is meant for people says what failed, what was kept and what to do.

    LocalMindError
    ├── UserError                 shown as it is; carries an HTTP status and a stable code
    │   ├── Invalid               the request makes no sense (400)
    │   │   └── ContextOverflow   the prompt does not fit the model's context (400)
    │   ├── SignInRequired        nobody is signed in (401)
    │   ├── NotAllowed            signed in, but not yours or not permitted (403)
    │   ├── NotFound              no such thing, or not yours (404)
    │   │   └── ModelMissing      no such model in the models folder (404)
    │   ├── WrongMethod           the address is right, the HTTP method is not (405)
    │   ├── Conflict              the thing changed meanwhile (409)
    │   ├── TooLarge              the body or text is over its limit (413)
    │   ├── TooMany               slow down; says for how long (429)
    │   ├── Unreadable            a file that no document can be made of (422)
    │   ├── DiskFull              nothing was written (507)
    │   ├── SourceError           another machine did not give what was asked for (502)
    │   └── EngineError           the inference layer could not answer (502)
    │       ├── EngineUnreachable the engine process does not answer (503)
    │       ├── EngineRefused     another server says that the request itself is wrong (400)
    │       ├── ModelBroken       the model file cannot be loaded (422)
    │       ├── ModelCrashed      the model's process ended in the middle (502)
    │       │   └── ModelQuarantined it did so again and again, and is not started any more (503)
    │       └── OutOfMemory       the model does not fit into free memory (507)
    └── StartError                the product cannot start; printed as one plain sentence

A message is an English template with named fields; the interface translates the template and fills the same
fields, so it never contains a value that was pasted in beforehand.
"""

from __future__ import annotations

from typing import Any, ClassVar


class LocalMindError(Exception):
    """Root of every error LocalMind raises on purpose."""


class StartError(LocalMindError):
    """The product cannot start. The text is one plain sentence for the terminal."""


def _encodable(text: str) -> str:
    """Without halves of characters, which JSON and file names may hold and no answer can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


class UserError(LocalMindError):
    """An error meant for a person.

    `message` is an English template such as ``"There is no chat {chat}."``; `params` fill it.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str, **params: str | int | float) -> None:
        self.message = message
        self.params = {name: _encodable(value) if isinstance(value, str) else value for name, value in params.items()}
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """The English sentence with its fields filled in."""
        return self.message.format(**self.params)

    def body(self) -> dict[str, Any]:
        """The one JSON shape of every error, which OpenAI clients read too."""
        return {
            "error": {
                "message": self.text,
                "type": self.code,
                "code": self.code,
                "param": None,
                "template": self.message,
                "params": self.params,
            }
        }


class Invalid(UserError):
    """The request makes no sense."""

    code, status = "invalid", 400


class ContextOverflow(Invalid):
    """The prompt does not fit the model's context; nothing was cut silently."""

    code, status = "context_length_exceeded", 400


class SignInRequired(UserError):
    """Nobody is signed in."""

    code, status = "sign_in_required", 401


class NotAllowed(UserError):
    """Signed in, but this is not permitted."""

    code, status = "not_allowed", 403


class NotFound(UserError):
    """No such thing, or not yours: both read the same, so ids cannot be probed."""

    code, status = "not_found", 404


class ModelMissing(NotFound):
    """No model of that name in the models folder."""

    code, status = "model_not_found", 404


class WrongMethod(UserError):
    """The address exists, but not for this HTTP method."""

    code, status = "method_not_allowed", 405


class Conflict(UserError):
    """The thing changed meanwhile."""

    code, status = "conflict", 409


class TooLarge(UserError):
    """A body, file or text is over its limit; nothing of it was kept."""

    code, status = "too_large", 413


class Unreadable(UserError):
    """A file that no document can be made of: damaged, protected, empty, harmful, or of a kind nobody here reads."""

    code, status = "unreadable", 422


class TooMany(UserError):
    """Too many tries; `retry_after` (seconds) says when to come back."""

    code, status = "too_many", 429

    def __init__(self, message: str, *, retry_after: int, **params: str | int | float) -> None:
        self.retry_after = retry_after
        super().__init__(message, seconds=retry_after, **params)


class DiskFull(UserError):
    """The disk is full; nothing was written."""

    code, status = "disk_full", 507


class SourceError(UserError):
    """Another machine, asked with the owner's consent, did not give what was asked for."""

    code, status = "source_error", 502


class EngineError(UserError):
    """The inference layer could not answer."""

    code, status = "engine_error", 502


class EngineUnreachable(EngineError):
    """The engine process does not answer."""

    code, status = "engine_unreachable", 503


class EngineRefused(EngineError):
    """Another server says that the request itself is wrong; asking again would not help."""

    code, status = "engine_refused", 400


class ModelBroken(EngineError):
    """The model file cannot be loaded."""

    code, status = "model_broken", 422


class ModelCrashed(EngineError):
    """The model's process ended in the middle of an answer."""

    code, status = "model_crashed", 502


class ModelQuarantined(ModelCrashed):
    """The model's process ended again and again; it is not started until somebody releases it."""

    code, status = "model_quarantined", 503


class OutOfMemory(EngineError):
    """The model does not fit into free memory."""

    code, status = "out_of_memory", 507


def _tree(root: type[UserError]) -> dict[str, type[UserError]]:
    found = {root.code: root}
    for child in root.__subclasses__():
        found |= _tree(child)
    return found


def from_body(body: dict[str, Any]) -> UserError:
    """Rebuild the error another process sent as JSON (see `UserError.body`)."""
    error = body.get("error")
    if not isinstance(error, dict):
        return EngineError("The engine answered with something that is not an error: {body}", body=str(body)[:200])
    kind = _tree(UserError).get(str(error.get("code")), EngineError)
    template = error.get("template") or "{detail}"
    params = error.get("params") or {"detail": str(error.get("message", ""))}
    if issubclass(kind, TooMany):
        return TooMany(template, retry_after=int(params.get("seconds", 1)))
    return kind(template, **params)
