#pragma once

// As Apple's header has them, for iOS alone: API_AVAILABLE(ios(17.0)),
// API_DEPRECATED("...", ios(4.0, 17.0)).
#define API_INTRODUCED_ios(VERSION) ios, introduced = VERSION
#define API_ENDED_ios(FIRST, LAST) ios, introduced = FIRST, deprecated = LAST
#define API_AVAILABILITY(...) __attribute__((availability(__VA_ARGS__)))
#define API_AVAILABLE(PLATFORM) API_AVAILABILITY(API_INTRODUCED_##PLATFORM)
#define API_DEPRECATED(MESSAGE, PLATFORM) \
  API_AVAILABILITY(API_ENDED_##PLATFORM, message = MESSAGE)
