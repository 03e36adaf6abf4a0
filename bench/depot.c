/* The pool of bench/events.py as a plain loop in C: the same draws, the same events.

   One centre that serves first come, first served, and depots of one rate and one ship time; every
   failed unit is repaired in a fixed time. Waiting lines are rings. Random numbers are Philox
   4x32-10 (Salmon et al. 2011) at the addresses of keepline.maths.streams, stream and replication
   0, so that failures are the very same and the counts can be held against each other. */
#include <math.h>
#include <stdint.h>

#define RING 65536
#define DEPOTS 30

typedef struct {
    double due[RING];
    int place[RING];
    uint32_t head, tail;
} Ring;

static Ring repair, parcel, waiting;

static void push(Ring *ring, double due, int place) {
    ring->due[ring->tail % RING] = due;
    ring->place[ring->tail++ % RING] = place;
}

static double first(const Ring *ring) {
    return ring->head == ring->tail ? INFINITY : ring->due[ring->head % RING];
}

static void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c[0], p1 = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t c1 = c[1], c3 = c[3];
        c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c[1] = (uint32_t)p1;
        c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c[3] = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

/* Play from day 0 to `end`; count events, and unit-days short from `warm` on. Return the most
   entries that any ring held, so that the caller sees that none ran over. */
int64_t play(uint64_t seed, double warm, double end, double rate, double ship_days,
             double repair_days, int64_t centre, int64_t stock, int64_t *events, double *area) {
    int64_t net[DEPOTS], most = 0, failures = 0;
    double since[DEPOTS], total = rate * DEPOTS, failure = 0.0, gap_draw = 0.0;
    uint32_t words[4];
    for (int depot = 0; depot < DEPOTS; depot++) net[depot] = stock, since[depot] = warm;
    repair.head = repair.tail = parcel.head = parcel.tail = waiting.head = waiting.tail = 0;
    *events = 0;
    *area = 0.0;
    for (;;) {
        if (failure <= 0.0 || gap_draw == 0.0) {
            words[0] = (uint32_t)failures;
            words[1] = (uint32_t)(failures >> 32);
            words[2] = words[3] = 0;
            philox(words, (uint32_t)seed, (uint32_t)(seed >> 32));
            uint64_t bits = ((uint64_t)words[0] << 21) ^ (words[1] >> 11);
            gap_draw = ((double)bits + 0.5) * 0x1p-53;
            failure += -log(gap_draw) / total;
        }
        double back = first(&repair), comes = first(&parcel), now = failure;
        int depot = -1, step = 0;
        if (back < now) now = back;
        if (comes < now) now = comes;
        if (now >= end) break;
        ++*events;
        if (now == failure) {
            depot = (int)(((double)words[2] + 0.5) * 0x1p-32 * DEPOTS);
            step = -1;
            if (centre > 0) {
                centre--;
                push(&parcel, now + ship_days, depot);
            } else {
                push(&waiting, now, depot);
            }
            push(&repair, now + repair_days, 0);
            failures++;
            gap_draw = 0.0;
        } else if (now == back) {
            repair.head++;
            if (waiting.head != waiting.tail)
                push(&parcel, now + ship_days, waiting.place[waiting.head++ % RING]);
            else
                centre++;
        } else {
            depot = parcel.place[parcel.head++ % RING];
            step = 1;
        }
        if (depot >= 0) {
            if (now > warm) {
                if (net[depot] < 0) *area -= (double)net[depot] * (now - since[depot]);
                since[depot] = now;
            }
            net[depot] += step;
        }
        int64_t held = repair.tail - repair.head;
        if (held > most) most = held;
        if ((held = waiting.tail - waiting.head) > most) most = held;
    }
    for (int depot = 0; depot < DEPOTS; depot++)
        if (net[depot] < 0) *area -= (double)net[depot] * (end - since[depot]);
    return most;
}
