// To be included, once and before any code, by a file whose floats must equal
// NumPy's: NumPy rounds a product and then a sum, and a fused multiply-add
// rounds once. arm64, the phone's processor, has that instruction, clang takes
// it within an expression, and GCC across expressions, in C++ also under
// -std=c++14. GCC's pragma reaches the functions that follow it.

#ifndef SHOPCAM_CORE_ROUNDING_H_
#define SHOPCAM_CORE_ROUNDING_H_

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#endif  // SHOPCAM_CORE_ROUNDING_H_
