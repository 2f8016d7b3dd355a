"""The ledger page's words: overrides, commands, order."""

from dataclasses import replace

from made_up_claims import build

from experiments.claims.page_words import command, in_order, override


def test_overrides_are_told_in_words_beside_what_is_written():
    claim = build().judgements["C01"].claim
    told = {
        "core.brutality": (0.8, "the core's brutality: 0.8"),
        "groups.boko_haram.foreign_share": (0.5, "Boko Haram (JAS): foreign share 0.5"),
        "governments.IRQ.border_control": (0.9, "Iraq: border control 0.9"),
        "rivals.lost_tips": (True, "rival finding on: cutting media also cuts civilians' tips"),
        "policy": ("sever_links", "policy “Cut the links”"),
        "timeline": (
            {"terror": {"meaning": "The core turns more brutal", "amount": 0.3}},
            "The core turns more brutal",
        ),
        "policy.phases": ({"campaign": {"effort": {"strike_core": 0.5}}}, ""),
    }
    for key, (value, meant) in told.items():
        said, written = override(key, value, claim)
        assert (said, written.startswith(f"{key} = ")) == (meant, True)


def test_commands_repeat_what_was_done():
    judgement = build().judgements["C01"]
    assert command(judgement, {"seeds": 4, "draws": 2, "rivals": True}) == "inkspot claims C01 --seeds 4 --draws 2"
    own = replace(judgement, claim=judgement.claim.model_copy(update={"file": "my.toml"}))
    assert command(own, {"seeds": None, "draws": 10, "rivals": False}) == (
        "inkspot claims C01 --draws 10 --no-rivals --ledger my.toml"
    )


def test_ids_are_ordered_by_number():
    assert in_order(["R1", "C10", "C2"]) == ["C2", "C10", "R1"]
