// Vectors of 16 floats, included once a variant with PK_TARGET (a target attribute) and PK_NAME (a suffix). The compiler
// makes of them what the target has.

static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(load)(const float *p) {
  return *(const pk_lanes_unaligned *)p;
}

static inline PK_TARGET __attribute__((always_inline)) void PK_NAME(store)(float *p, pk_lanes v) {
  *(pk_lanes_unaligned *)p = v;
}

static inline PK_TARGET __attribute__((always_inline)) float PK_NAME(sum)(pk_lanes v) {
  float s[16];
  PK_NAME(store)(s, v);
  for (int step = 8; step > 0; step /= 2)
    for (int i = 0; i < step; i++) s[i] += s[i + step];
  return s[0];
}

static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(clamp)(pk_lanes x, float low, float high) {
  pk_lanes lows = low - (pk_lanes){0}, highs = high - (pk_lanes){0};
  return __builtin_elementwise_min(__builtin_elementwise_max(x, lows), highs);
}

// exp for arguments that are not positive: 2^n by the exponent's bits, the rest by a polynomial (Cephes expf).
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(exp)(pk_lanes x) {
  x = PK_NAME(clamp)(x, -87.0f, 88.0f);
  pk_lanes shifted = x * 1.44269504088896341f + 12582912.0f;
  pk_lanes n = shifted - 12582912.0f;
  pk_lanes r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  pk_lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  pk_int_lanes exponent = (__builtin_convertvector(n, pk_int_lanes) + 127) << 23;
  return p * (pk_lanes)exponent;
}
