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
        self.watches: dict[str, calls.Watch] = {}  # by the leg that hears
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
            self.watches = {ear: watch for ear, watch in self.watches.items() if leg not in (ear, watch.watched)}

    def of(self, leg: str) -> set[str]:
        bridge = self.bridge.get(leg)
        others = (
            {other for other, where in self.bridge.items() if where == bridge and other != leg} if bridge else set()
        )
        heard = {other for other in others if other not in self.muted}
        heard |= {ear for ear, watch in self.watches.items() if watch.watched == leg and ear not in self.muted}
        if watch := self.watches.get(leg):
            heard |= {watch.watched} - self.muted
            heard |= self.of(watch.watched) - {leg}
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
            case calls.Watch(leg_id=leg):
                self.watches[leg] = effect
                self.bridge[leg] = effect.bridge_id
            case calls.EndWatch(watch_id=watch_id):
                self.watches = {ear: one for ear, one in self.watches.items() if one.watch_id != watch_id}
            case calls.LeaveBridge(leg_id=leg):
                self.bridge.pop(leg, None)
            case calls.EndBridge(bridge_id=bridge):
                self.bridge = {leg: where for leg, where in self.bridge.items() if where != bridge}
            case calls.HangUp(leg_id=leg):
                self.bridge.pop(leg, None)
                self.plays.pop(leg, None)
                self.watches = {ear: watch for ear, watch in self.watches.items() if leg not in (ear, watch.watched)}
