// The body of the encoder's kernels, included once a variant.
#include "lanes_body.h"

// Rational approximation of erf on [-4, 4], the one of Eigen and XLA; outside erf is ±1 to float precision.
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(gelu)(pk_lanes x) {
  pk_lanes t = PK_NAME(clamp)(x * 0.70710678118654752f, -4.0f, 4.0f);
  pk_lanes s = t * t;
  pk_lanes p = s * -2.72614225801306e-10f + 2.77068142495902e-08f;
  p = p * s + -2.10102402082508e-06f;
  p = p * s + -5.69250639462346e-05f;
  p = p * s + -7.34990630326855e-04f;
  p = p * s + -2.95459980854025e-03f;
  p = p * s + -1.60960333262415e-02f;
  pk_lanes q = s * -1.45660718464996e-05f + -2.13374055278905e-04f;
  q = q * s + -1.68282697438203e-03f;
  q = q * s + -7.37332916720468e-03f;
  q = q * s + -1.42647390514189e-02f;
  return x * 0.5f * (1.0f + t * p / q);
}

static PK_TARGET void PK_NAME(pk_encoder_gelu)(float *x, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) PK_NAME(store)(x + i, PK_NAME(gelu)(PK_NAME(load)(x + i)));
  if (i < count) {
    float rest[16] = {0};
    memcpy(rest, x + i, (count - i) * sizeof(float));
    PK_NAME(store)(rest, PK_NAME(gelu)(PK_NAME(load)(rest)));
    memcpy(x + i, rest, (count - i) * sizeof(float));
  }
}

static PK_TARGET void PK_NAME(pk_encoder_layer_norm)(const float *x, const float *y, const float *weight,
                                                     const float *bias, float epsilon, float *out, size_t rows,
                                                     size_t width) {
  for (size_t row = 0; row < rows; row++, x += width, out += width, y = y ? y + width : y) {
    pk_lanes total = {0}, squares = {0};
    for (size_t i = 0; i < width; i += 16) {
      pk_lanes v = PK_NAME(load)(x + i);
      if (y) v += PK_NAME(load)(y + i);
      PK_NAME(store)(out + i, v);
      total += v;
    }
    float mean = PK_NAME(sum)(total) / (float)width;
    for (size_t i = 0; i < width; i += 16) {
      pk_lanes d = PK_NAME(load)(out + i) - mean;
      squares += d * d;
    }
    float scale = 1.0f / sqrtf(PK_NAME(sum)(squares) / (float)width + epsilon);
    for (size_t i = 0; i < width; i += 16)
      PK_NAME(store)(out + i, (PK_NAME(load)(out + i) - mean) * scale * PK_NAME(load)(weight + i) +
                                  PK_NAME(load)(bias + i));
  }
}

static PK_TARGET void PK_NAME(pk_encoder_attention)(const float *q, const float *k, const float *v, size_t stride,
                                                    float *out, size_t out_stride, size_t tokens, size_t width,
                                                    float scale, float *scores) {
  size_t padded = (tokens + 15) / 16 * 16, lanes = width / 16;
  for (size_t row = 0; row < tokens; row++) {
    const float *query = q + row * stride;
    float highest = -INFINITY;
    for (size_t j = 0; j < tokens; j++) {
      pk_lanes dot = {0};
      for (size_t i = 0; i < width; i += 16) dot += PK_NAME(load)(query + i) * PK_NAME(load)(k + j * stride + i);
      scores[j] = PK_NAME(sum)(dot) * scale;
      highest = scores[j] > highest ? scores[j] : highest;
    }
    for (size_t j = tokens; j < padded; j++) scores[j] = -INFINITY;
    for (size_t j = 0; j < padded; j += 16)
      PK_NAME(store)(scores + j, PK_NAME(exp)(PK_NAME(load)(scores + j) - highest));
    pk_lanes sums[8] = {0};
    float total = 0;
    for (size_t j = 0; j < tokens; j++) {
      total += scores[j];
      for (size_t i = 0; i < lanes; i++) sums[i] += scores[j] * PK_NAME(load)(v + j * stride + i * 16);
    }
    for (size_t i = 0; i < lanes; i++) PK_NAME(store)(out + row * out_stride + i * 16, sums[i] * (1.0f / total));
  }
}
