#pragma once

#import <objc/NSObject.h>

extern "C" {

#define CF_BRIDGED_TYPE(T) __attribute__((objc_bridge(T)))
#define CF_CONSUMED __attribute__((cf_consumed))

typedef const void* CFTypeRef;
typedef const struct CF_BRIDGED_TYPE(NSString) __CFString* CFStringRef;
typedef const struct CF_BRIDGED_TYPE(NSDictionary)
    __CFDictionary* CFDictionaryRef;
typedef const struct CF_BRIDGED_TYPE(NSURL) __CFURL* CFURLRef;

void CFRelease(CFTypeRef _Nonnull cf);
}
