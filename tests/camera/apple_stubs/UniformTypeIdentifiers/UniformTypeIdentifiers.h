#pragma once

#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

API_AVAILABLE(ios(14.0))
@interface UTType : NSObject
@property(readonly) NSString* identifier;
@end

extern "C" UTType* const UTTypeImage API_AVAILABLE(ios(14.0));

NS_ASSUME_NONNULL_END
