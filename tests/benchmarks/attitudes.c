/* Support and fear of model/kernels/attitudes.py (`update_support_and_fear`) in C, with the same sums in the same order: the practical limit.

   What depends only on the organisation or the country comes ready made, so that C has a little less to do than the model. */
#include <stdint.h>

typedef double f64;
typedef uint32_t u32;
typedef int64_t i64;

void attitudes(i64 groups, i64 size, i64 countries, const f64 *win, const f64 *propaganda, const f64 *backlash,
               const f64 *frighten, const f64 *disliked, const f64 *bonus, const f64 *persuasion, const f64 *recovery,
               f64 resentment, f64 decay, const f64 *control, f64 *support, f64 *fear, const f64 *grievance,
               const f64 *constituency, const u32 *country, const u32 *active_cells, const i64 *active_count) {
    for (i64 g = 0; g < groups; g++) {
        const f64 *held = control + g * size, *foreign = disliked + g * countries, *more = bonus + g * countries;
        f64 *friends = support + g * size, *frightened = fear + g * size;
        for (i64 k = 0; k < active_count[g]; k++) {
            u32 i = active_cells[g * size + k], n = country[i];
            f64 c = held[i], x = friends[i], y = frightened[i];
            f64 gain = win[g] * c + propaganda[g] + resentment * grievance[i] + more[n];
            f64 loss = backlash[g] * c + foreign[n] + persuasion[n] + recovery[n] * (1.0 - c);
            friends[i] = x + gain * (constituency[i] - x) - loss * x;
            frightened[i] = y + frighten[g] * c * (1.0 - y) - decay * y;
        }
    }
}
