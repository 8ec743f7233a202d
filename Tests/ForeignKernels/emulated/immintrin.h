// The AVX-512 intrinsics that the kernels use, in portable C: what they compute can be checked on any processor.
#pragma once
#include <stdint.h>
#include <string.h>
#include <math.h>
typedef float __m512 __attribute__((vector_size(64)));
typedef int64_t __m512i __attribute__((vector_size(64)));
typedef int64_t __m256i __attribute__((vector_size(32)));
typedef int16_t v32hi __attribute__((vector_size(64)));
typedef uint16_t v32hu __attribute__((vector_size(64)));
typedef int32_t v16si __attribute__((vector_size(64)));
static inline __m256i _mm256_loadu_si256(const __m256i*p){__m256i r;memcpy(&r,p,32);return r;}
static inline __m512 _mm512_cvtph_ps(__m256i h){_Float16 f[16];memcpy(f,&h,32);__m512 r;for(int i=0;i<16;i++)r[i]=(float)f[i];return r;}
static inline __m512i _mm512_loadu_si512(const void*p){__m512i r;memcpy(&r,p,64);return r;}
static inline __m512 _mm512_loadu_ps(const float*p){__m512 r;memcpy(&r,p,64);return r;}
static inline void _mm512_storeu_ps(float*p,__m512 v){memcpy(p,&v,64);}
static inline __m512i _mm512_set1_epi32(int x){v16si r;for(int i=0;i<16;i++)r[i]=x;return (__m512i)r;}
static inline __m512i _mm512_set1_epi16(short x){v32hi r;for(int i=0;i<32;i++)r[i]=x;return (__m512i)r;}
static inline __m512 _mm512_set1_ps(float x){__m512 r;for(int i=0;i<16;i++)r[i]=x;return r;}
static inline __m512i _mm512_setzero_si512(void){return (__m512i){0};}
static inline __m512 _mm512_setzero_ps(void){return (__m512){0};}
static inline __m512i _mm512_and_si512(__m512i a,__m512i b){return a&b;}
static inline __m512i _mm512_srli_epi16(__m512i a,unsigned n){return (__m512i)((v32hu)a>>n);}
static inline __m512i _mm512_slli_epi16(__m512i a,unsigned n){return (__m512i)((v32hu)a<<n);}
static inline __m512i _mm512_srai_epi16(__m512i a,unsigned n){return (__m512i)((v32hi)a>>n);}
static inline __m512i _mm512_add_epi32(__m512i a,__m512i b){return (__m512i)((v16si)a+(v16si)b);}
static inline __m512i _mm512_dpwssd_epi32(__m512i s,__m512i a,__m512i b){v16si r=(v16si)s;v32hi x=(v32hi)a,y=(v32hi)b;for(int i=0;i<16;i++)r[i]+=(int)x[2*i]*y[2*i]+(int)x[2*i+1]*y[2*i+1];return (__m512i)r;}
static inline __m512 _mm512_cvtepi32_ps(__m512i a){v16si x=(v16si)a;__m512 r;for(int i=0;i<16;i++)r[i]=(float)x[i];return r;}
static inline __m512 _mm512_add_ps(__m512 a,__m512 b){return a+b;}
static inline __m512 _mm512_mul_ps(__m512 a,__m512 b){return a*b;}
static inline __m512 _mm512_fmadd_ps(__m512 a,__m512 b,__m512 c){__m512 r;for(int i=0;i<16;i++)r[i]=fmaf(a[i],b[i],c[i]);return r;}
static inline __m512 _mm512_castsi512_ps(__m512i a){return (__m512)a;}
static inline __m512i _mm512_slli_epi32(__m512i a,unsigned n){typedef uint32_t v16su __attribute__((vector_size(64)));return (__m512i)((v16su)a<<n);}
static inline __m512i _mm512_cvtepu16_epi32(__m256i a){uint16_t x[16];memcpy(x,&a,32);v16si r;for(int i=0;i<16;i++)r[i]=x[i];return (__m512i)r;}
