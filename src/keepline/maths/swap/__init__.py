"""The replacement programme: which job is done in which quarter with which new supplier.

A *job* is what stands at one site of one supplier and technology. It is swapped once, in a quarter
q of 0..Q-1 and to a replacement supplier k of 0..K-1, or it stays. Arrays in, arrays out; times are
quarters, money is money of the quarter in which it is spent. Indices are NumPy int64, the rest
float64.

**In** (:mod:`.problem`)::

    Jobs(pool[n], cost[n, K], crew_days[n, K], supply[n], earliest[n], latest[n],
         due[n], late_cost[n], kind[n], cluster[n])
        pool      crew pool (a region, or a region of an operator), 0..P-1
        cost      money of the swap by supplier; inf where that supplier cannot do it
        crew_days of the swap by supplier
        supply    what the job takes of a supplier's capacity, mostly 1
        earliest  first quarter allowed
        latest    last quarter allowed; Q or more where it need never be swapped
        due       quarter wished for; each quarter later costs late_cost (staying: Q - due quarters)
        kind      row of Problem.worth
        cluster   place to mobilise for, or -1
    Limits(crews[P, Q], supply[K, Q], budget: Budget(first[B], last[B], most[B]),
           caps: Caps(weight[R, n], most[R, Q]),
           shares: Shares(supplier[S], weight[S, n], most[S, Q]))
        inf is no limit everywhere
        budget    money spent in quarters first..last, both counted (a quarter, a year, all)
        caps      weight of the jobs not swapped by the end of quarter q is at most most[r, q];
                  0 weight for jobs out of scope; what others take of the cap is taken off before
        shares    weight of the jobs given to a supplier by the end of q is at most most[s, q]
    Problem(jobs, limits, discount[Q], worth[V, Q], mobilise[C], prices: Prices)
        discount  of money of quarter q
        worth     discounted value of swapping a job of that kind in that quarter, off the cost
        mobilise  money for each quarter in which any job of the cluster is swapped
        prices    of one unit beyond a limit, by kind of limit (and of one quarter too late); None:
                  so dear that a limit is only passed where there is no other way

A freeze is a quarter without crew days. Sites down while the work lasts are a cost of the job.
One job for each site and rule: where two of a site fall under the same cap, they are one job.

**Out** (:mod:`.solve`, :mod:`.mend`, :mod:`.soonest`)::

    solve(problem, left, on_better=None, gap=1e-4) -> Solution
        quarter[n] (Q: stays), supplier[n] (-1: stays), cost, penalty, objective = cost + penalty,
        bound (certified), gap, excess: Excess, value: Values (price of one more unit of each limit)
    mend(problem, left) -> Mending
        is it impossible (certified)? and for each kind of limit the least that must give way,
        with a programme that does with exactly that
    soonest(problem, caps[R], left) -> Soonest
        the first quarter from which the caps' last limits can hold, and the first that is not
        certified impossible

``left()`` tells the seconds left: the caller holds the clock, nothing in here reads one.
``on_better`` gets every better Solution as soon as it is found, so that whoever runs ``solve`` in a
process of its own still holds the last good one if it has to be stopped. HiGHS may overrun its
time by some seconds; nothing else does.
"""
