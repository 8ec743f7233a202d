// Umbrella header of the kernels; each feature has its own header.
#pragma once
#include "attention.h"
#include "decoder.h"
#include "dequantise.h"
#include "encoder_kernels.h"
#include "kernel_set.h"
#include "linear.h"
#include "nearest.h"
#include "panels.h"
#include "parking.h"
#include "quantise.h"
#include "training.h"
#include "vector.h"
