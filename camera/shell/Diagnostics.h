#import <Foundation/Foundation.h>

#include "core/pacing.h"

NS_ASSUME_NONNULL_BEGIN

// What the app takes of the phone's memory, as the system counts it when it
// ends an app for taking too much.
NSString* MemoryUsedText(void);

// What it may still take.
NSString* MemoryLeftText(void);

NSString* HeatText(shopcam::Heat heat);

// With one decimal at most, and a dash before there is anything to tell.
NSString* NumberText(double number);

NS_ASSUME_NONNULL_END
