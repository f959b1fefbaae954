#pragma once

#import <Foundation/Foundation.h>

NS_ASSUME_NONNULL_BEGIN

@interface XCTest : NSObject
@end

@interface XCTestCase : XCTest
@property BOOL continueAfterFailure;
@end

extern "C" void XCTFailed(XCTestCase* test, NSString* format, ...)
    NS_FORMAT_FUNCTION(2, 3);

#define XCTAssertTrue(expression, ...) \
  if (!(expression)) XCTFailed(self, @"" __VA_ARGS__)
#define XCTAssertNotNil(expression, ...) \
  if ((expression) == nil) XCTFailed(self, @"" __VA_ARGS__)
#define XCTAssertGreaterThan(one, other, ...) \
  if (!((one) > (other))) XCTFailed(self, @"" __VA_ARGS__)

NS_ASSUME_NONNULL_END
