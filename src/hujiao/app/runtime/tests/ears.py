"""Who hears what, as the commands to the switch say: a model of its bridges, music and tones."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hujiao.calls import contracts as calls


class Ears:
    """Leg by leg what is heard: other legs by name, `music`, `tone`, `prompt`; nothing is an empty set."""

    def __init__(self) -> None:
        self.bridge: dict[str, str] = {}
        self.plays: dict[str, str] = {}
        self.muted: set[str] = set()
        self._listened = 0
        self._prompts: dict[str, str] = {}

    def over(self, leg: str, playback_id: str) -> None:
        """A prompt has ended by itself."""
        if self.plays.get(leg) == "prompt" and self._prompts[leg] == playback_id:
            del self.plays[leg]

    def listen(self, sent: Sequence[calls.AnyEffect], gone: Collection[str]) -> None:
        """Follow what has been sent since the last time; `gone` legs have ended by themselves."""
        for effect in sent[self._listened :]:
            self._do(effect)
        self._listened = len(sent)
        for leg in gone:
            self.bridge.pop(leg, None)

    def of(self, leg: str) -> set[str]:
        bridge = self.bridge.get(leg)
        others = (
            {other for other, where in self.bridge.items() if where == bridge and other != leg} if bridge else set()
        )
        heard = {other for other in others if other not in self.muted}
        return heard | ({self.plays[leg]} if leg in self.plays else set())

    def _do(self, effect: calls.AnyEffect) -> None:
        match effect:
            case calls.StartMusic(leg_id=leg):
                self.plays[leg] = "music"
            case calls.Ring(leg_id=leg):
                self.plays[leg] = "tone"
            case calls.Play(leg_id=leg):
                self.plays[leg] = "prompt"
                self._prompts[leg] = effect.playback_id
            case calls.StopMusic(leg_id=leg) | calls.StopRing(leg_id=leg) | calls.StopPlayback(leg_id=leg):
                self.plays.pop(leg, None)
            case calls.MuteLeg(leg_id=leg):
                (self.muted.add if effect.on else self.muted.discard)(leg)
            case calls.CallNumber(heard_by=leg) if leg:
                self.bridge |= {leg: effect.bridge_id, effect.leg_id: effect.bridge_id}
            case calls.Bridge(legs=legs):
                self.bridge |= dict.fromkeys(legs, effect.bridge_id)
            case calls.LeaveBridge(leg_id=leg):
                self.bridge.pop(leg, None)
            case calls.EndBridge(bridge_id=bridge):
                self.bridge = {leg: where for leg, where in self.bridge.items() if where != bridge}
            case calls.HangUp(leg_id=leg):
                self.bridge.pop(leg, None)
                self.plays.pop(leg, None)
