/* The spread of control of model/kernels/territory.py in C, with the same sums in the same order: the practical limit. */
#include <stdint.h>

typedef double f64;
typedef uint32_t u32;
typedef int64_t i64;

static inline f64 most(f64 a, f64 b) { return b > a ? b : a; } /* fmax minds nan and is slower */

static void contest(const u32 *cells, i64 count, f64 power, f64 compliance, f64 resistance, const f64 *support,
                    const f64 *fear, const f64 *state_power, const f64 *reach, const f64 *defence, const f64 *grievance,
                    const u32 *country, f64 *restrict theta) {
    for (i64 k = 0; k < count; k++) {
        u32 i = cells[k];
        f64 unwilling = (1.0 - support[i]) * (1.0 - support[i]) * (1.0 - fear[i]);
        f64 state = state_power[country[i]] * reach[i] * (1.0 - 0.5 * grievance[i]) + defence[i] + resistance * unwilling;
        f64 both = state + power * (0.5 + support[i] + compliance * fear[i]);
        theta[k] = both > 0.0 ? state / both : 0.5;
    }
}

static void change_of(const u32 *cells, i64 count, const f64 *held, const f64 *bloc, int alone, const f64 *total,
                      const u32 *neighbours, const f64 *flow, const f64 *theta, const f64 *offensive, const u32 *country,
                      f64 growth, f64 w, f64 clash, f64 step, f64 *restrict change) {
    for (i64 k = 0; k < count; k++) {
        u32 i = cells[k];
        const u32 *near = neighbours + 4 * (i64)i;
        const f64 *rate_to = flow + 4 * (i64)i;
        f64 c = held[i];
        f64 spread = rate_to[0] * (held[near[0]] - c) + rate_to[1] * (held[near[1]] - c);
        spread += rate_to[2] * (held[near[2]] - c) + rate_to[3] * (held[near[3]] - c);
        f64 friends = alone ? c : bloc[i];
        f64 net = (1.0 - w) * (1.0 - 2.0 * theta[k]) + w * (friends - theta[k]);
        f64 room = most(0.0, 1.0 - total[i]);
        f64 rate = growth * room * net - offensive[country[i]] - clash * most(0.0, total[i] - friends);
        change[k] = step * (spread + c * rate);
    }
}

static i64 apply(f64 *restrict held, u32 *restrict cells, i64 count, uint8_t *restrict listed,
                 const u32 *restrict neighbours, const f64 *restrict change, f64 cutoff,
                 int alone, f64 *restrict total, f64 *bloc) {
    i64 longer = count;
    for (i64 k = 0; k < count; k++) {
        u32 i = cells[k];
        f64 before = held[i], value = before + change[k];
        value = value < cutoff ? 0.0 : (value > 1.0 ? 1.0 : value);
        held[i] = value;
        total[i] += value - before;
        if (!alone) bloc[i] += value - before;
        if (before == 0.0 && value > 0.0)
            for (int n = 0; n < 4; n++) {
                u32 j = neighbours[4 * (i64)i + n];
                if (!listed[j]) { listed[j] = 1; cells[longer++] = j; }
            }
    }
    return longer;
}

static i64 compact(const f64 *held, const u32 *neighbours, u32 *cells, i64 count, uint8_t *listed) {
    i64 kept = 0;
    for (i64 k = 0; k < count; k++) {
        u32 i = cells[k];
        int wanted = held[i] > 0.0;
        for (int n = 0; n < 4; n++) wanted = wanted || held[neighbours[4 * (i64)i + n]] > 0.0;
        if (wanted) cells[kept++] = i; else listed[i] = 0;
    }
    return kept;
}

void spread(i64 groups, i64 size, i64 camps, i64 countries, f64 *control, u32 *active_cells, i64 *active_count,
            uint8_t *is_active, const i64 *camp, const u32 *neighbours, const f64 *flow, f64 *total, f64 *camp_control,
            const f64 *power, f64 compliance, f64 resistance, const f64 *support, const f64 *fear, const f64 *state_power,
            const f64 *reach, const f64 *defence, const f64 *grievance, const u32 *country, const f64 *offensive,
            f64 growth, f64 w, const f64 *clash, i64 steps, f64 cutoff, f64 *theta, f64 *change) {
    for (i64 g = 0; g < groups; g++)
        contest(active_cells + g * size, active_count[g], power[g], compliance, resistance, support + g * size,
                fear + g * size, state_power, reach, defence, grievance, country, theta + g * size);
    for (i64 g = 0; g < groups; g++)
        for (i64 k = 0; k < active_count[g]; k++) {
            u32 i = active_cells[g * size + k];
            total[i] = 0.0;
            for (i64 b = 0; b < camps; b++) camp_control[b * size + i] = 0.0;
        }
    for (i64 g = 0; g < groups; g++)
        for (i64 k = 0; k < active_count[g]; k++) {
            u32 i = active_cells[g * size + k];
            total[i] += control[g * size + i];
            if (camp[g] >= 0) camp_control[camp[g] * size + i] += control[g * size + i];
        }
    for (i64 s = 0; s < steps; s++) {
        for (i64 g = 0; g < groups; g++) {
            int alone = camp[g] < 0;
            f64 *held = control + g * size, *bloc = alone ? held : camp_control + camp[g] * size;
            change_of(active_cells + g * size, active_count[g], held, bloc, alone, total, neighbours, flow,
                      theta + g * size, offensive + g * countries, country, growth, w, clash[g], 1.0 / steps,
                      change + g * size);
        }
        for (i64 g = 0; g < groups; g++) {
            int alone = camp[g] < 0;
            i64 count = active_count[g];
            f64 *held = control + g * size, *bloc = alone ? held : camp_control + camp[g] * size;
            active_count[g] = apply(held, active_cells + g * size, count, is_active + g * size, neighbours,
                                    change + g * size, cutoff, alone, total, bloc);
            contest(active_cells + g * size + count, active_count[g] - count, power[g], compliance, resistance,
                    support + g * size, fear + g * size, state_power, reach, defence, grievance, country,
                    theta + g * size + count);
        }
    }
    for (i64 g = 0; g < groups; g++)
        active_count[g] = compact(control + g * size, neighbours, active_cells + g * size, active_count[g],
                                  is_active + g * size);
}
