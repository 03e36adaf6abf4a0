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
        "KL-054",
        "A folder keeps the blocks of another run",
        "What is played is kept in the folder with what decides it: network, scenario, plan, seed "
        "and program. Something of these differs, so the blocks there are of another run. Exit "
        "code 5.",
        "saved keeps blocks of another run: what differs is its seed. Choose another folder, or "
        "remove this one. [KL-054]",
        "Run the very command that was killed, or choose another folder.",
    ),
    Code(
        "KL-055",
        "Workers are lost, or not to be had",
        "A job ended the process that worked on it over and over, a cluster does not answer, or "
        "has no worker. What is kept in --save stays. Exit code 5.",
        "Job 7 ended the process that worked on it 3 times; often the machine is short of memory. "
        "Ask for fewer workers. [KL-055]",
        "Ask for fewer workers or more memory; see that the scheduler and its workers run. A "
        'script that asks for workers keeps what it runs below `if __name__ == "__main__":`.',
    ),
    Code(
        "KL-056",
        "A worker runs another version",
        "The figures of a run come from one version of Keepline, numba and NumPy. Exit code 5.",
        "A worker runs keepline 0.1.0, numba 0.68.1, numpy 2.4.5, and here is keepline 0.1.0, "
        "numba 0.68.1, numpy 2.4.6. Install the same on both. [KL-056]",
        "Install the same versions on the workers as here; constraints.txt names them.",
    ),
    Code(
        "KL-070",
        "A fault of Keepline",
        "Something happened that should not be possible. Exit code 70.",
        "Keepline made a mistake. [KL-070]",
        "Please report it with what you did.",
    ),
)
