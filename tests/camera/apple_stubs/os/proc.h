#pragma once

#include <stddef.h>

#import <os/availability.h>

extern "C" size_t os_proc_available_memory(void) API_AVAILABLE(ios(13.0));
