// Umbrella header of the kernels; each feature has its own header.
#pragma once
