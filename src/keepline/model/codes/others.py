"""Codes KL-0xx: all that is not a problem of one place in the input."""

from __future__ import annotations

from typing import Final

from keepline.model.codes.code import Code

OTHERS: Final = (
    Code(
        "KL-002",
        "The input is wrong",
        "At least one problem was found in the files. Each is printed with its own code; all of "
        "them are in issues.csv where one is written. Exit code 2.",
        "The input has 3 problems. [KL-002]",
        "Mend the problems that are listed.",
    ),
    Code(
        "KL-003",
        "The question has no usable answer",
        "The input is right, but what is asked of it cannot be answered. Exit code 3.",
        "There is nothing to plan: no part is installed. [KL-003]",
        "Read what the message says and ask otherwise.",
    ),
    Code(
        "KL-004",
        "Access is refused",
        "What was asked for belongs to somebody else, or may not be changed. Exit code 4.",
        "This letter is addressed to another operator. [KL-004]",
        "Ask whoever it belongs to.",
    ),
    Code(
        "KL-005",
        "A store refuses",
        "A file, folder or database could not be read or written. Exit code 5.",
        "The store does not answer. [KL-005]",
        "See whether the place is there, has room, and may be written.",
    ),
    Code(
        "KL-006",
        "An optional part is not installed",
        "The command needs a part of Keepline that is installed on demand. Exit code 6.",
        "This needs keepline[server]. [KL-006]",
        "Install the extra that the message names.",
    ),
    Code(
        "KL-031",
        "Limits collide",
        "No plan keeps all limits at once. The message names those that collide and the least "
        "relaxation that mends it. Exit code 3.",
        "The target cannot be met within the budget; 1,200,000 more would do. [KL-031]",
        "Relax one of the limits that are named.",
    ),
    Code(
        "KL-035",
        "A scenario has too many branches",
        "Each uncertain event multiplies the ways in which the scenario may turn out.",
        "The scenario has more branches than can be followed. [KL-035]",
        "Give events a common cause, or fewer dates on which they may begin. For losses alone, "
        "`keepline impact --worlds 1024` draws the events instead of listing every branch.",
    ),
    Code(
        "KL-036",
        "Waiting for an event tells nothing",
        "The event happens in every branch of the scenario, or in none. What is certain need not "
        "be waited for. Exit code 3.",
        "The event fdpr happens in every branch of the scenario, so waiting for it tells nothing. "
        "[KL-036]",
        "Name an event that may happen or not, or give the event a probability.",
    ),
    Code(
        "KL-037",
        "Buying now saves nothing, so there is nothing to weigh waiting against",
        "Waiting is weighed at the price that the plan pays to save service. Where the target "
        "holds today, or units ordered on the first day come too late for the months that decide, "
        "there is no such price. Exit code 3.",
        "No units ordered on the first day save any service in the months that decide, so there is "
        "nothing to weigh: the target holds already, or they come too late. [KL-037]",
        "See with keepline stock whether the target is met. Ask for a higher target, or give a "
        "budget and days of survival, to weigh all months alike.",
    ),
    Code(
        "KL-051",
        "The machine ran out of memory",
        "The network is larger than the machine can hold. Exit code 5.",
        "This machine ran out of memory. [KL-051]",
        "Close other programs, use Parquet, or use a larger machine.",
    ),
    Code(
        "KL-052",
        "A result could not be written",
        "The disk is full, or the place may not be written. What stood there before is untouched. "
        "Exit code 5.",
        "out could not be written: no space left on device. What stood there is as it was. "
        "[KL-052]",
        "Make room, or choose another place.",
    ),
    Code(
        "KL-053",
        "Something else stands in the place of a result",
        "A plan replaces an earlier plan and a network an earlier network; nothing else is ever "
        "replaced. Exit code 5.",
        "out holds something that is not a plan; choose another folder. [KL-053]",
        "Choose another folder, or move away what is there.",
    ),
    Code(
        "KL-070",
        "A fault of Keepline",
        "Something happened that should not be possible. Exit code 70.",
        "Keepline made a mistake. [KL-070]",
        "Please report it with what you did.",
    ),
)
