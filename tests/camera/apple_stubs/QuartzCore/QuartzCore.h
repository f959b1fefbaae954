#pragma once

#import <Foundation/Foundation.h>

struct CGPoint {
  CGFloat x;
  CGFloat y;
};
struct CGSize {
  CGFloat width;
  CGFloat height;
};
struct CGRect {
  CGPoint origin;
  CGSize size;
};
extern const CGRect CGRectZero;

NS_ASSUME_NONNULL_BEGIN

@interface CALayer : NSObject
@property CGRect frame;
- (void)addSublayer:(CALayer*)layer;
@end

NS_ASSUME_NONNULL_END
