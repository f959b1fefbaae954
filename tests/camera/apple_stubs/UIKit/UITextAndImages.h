#pragma once

#import <UIKit/UIView.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef NSString* UIFontTextStyle;
extern UIFontTextStyle const UIFontTextStyleTitle1 API_AVAILABLE(ios(9.0));
extern UIFontTextStyle const UIFontTextStyleTitle2 API_AVAILABLE(ios(9.0));
extern UIFontTextStyle const UIFontTextStyleHeadline API_AVAILABLE(ios(7.0));
extern UIFontTextStyle const UIFontTextStyleSubheadline API_AVAILABLE(ios(7.0));
extern UIFontTextStyle const UIFontTextStyleBody API_AVAILABLE(ios(7.0));
extern UIFontTextStyle const UIFontTextStyleFootnote API_AVAILABLE(ios(7.0));

@interface UIFont : NSObject
+ (UIFont*)preferredFontForTextStyle:(UIFontTextStyle)style
    API_AVAILABLE(ios(7.0));
@end

typedef NS_ENUM(NSInteger, NSTextAlignment) {
  NSTextAlignmentLeft = 0,
  NSTextAlignmentCenter = 1,
};

@interface UILabel : UIView
@property(nullable, nonatomic, copy) NSString* text;
@property(null_resettable, nonatomic, strong) UIFont* font;
@property(null_resettable, nonatomic, strong) UIColor* textColor;
@property(nonatomic) NSTextAlignment textAlignment;
@property(nonatomic) NSInteger numberOfLines;
@property(nonatomic) BOOL adjustsFontForContentSizeCategory
    API_AVAILABLE(ios(10.0));
@end

@interface UITextView : UIScrollView
@property(null_resettable, nonatomic, copy) NSString* text;
@property(nullable, nonatomic, strong) UIFont* font;
@property(nullable, nonatomic, strong) UIColor* textColor;
@property(nonatomic, getter=isEditable) BOOL editable;
@property(nonatomic) BOOL adjustsFontForContentSizeCategory
    API_AVAILABLE(ios(10.0));
@end

@interface UIPasteboard : NSObject
@property(class, nonatomic, readonly) UIPasteboard* generalPasteboard;
@property(nullable, nonatomic, copy) NSString* string;
@end

typedef NS_ENUM(NSInteger, UIImageOrientation) {
  UIImageOrientationUp,
  UIImageOrientationDown,
  UIImageOrientationLeft,
  UIImageOrientationRight,
  UIImageOrientationUpMirrored,
  UIImageOrientationDownMirrored,
  UIImageOrientationLeftMirrored,
  UIImageOrientationRightMirrored,
};

@interface UIImage : NSObject
+ (nullable UIImage*)systemImageNamed:(NSString*)name API_AVAILABLE(ios(13.0));
+ (UIImage*)imageWithCGImage:(CGImageRef)image
                       scale:(CGFloat)scale
                 orientation:(UIImageOrientation)orientation;
@end

@interface UIImageView : UIView
- (instancetype)initWithImage:(nullable UIImage*)image;
@end

typedef NS_ENUM(NSInteger, UIActivityIndicatorViewStyle) {
  UIActivityIndicatorViewStyleMedium API_AVAILABLE(ios(13.0)) = 100,
  UIActivityIndicatorViewStyleLarge API_AVAILABLE(ios(13.0)) = 101,
};

@interface UIActivityIndicatorView : UIView
- (instancetype)initWithActivityIndicatorStyle:
    (UIActivityIndicatorViewStyle)style NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithFrame:(CGRect)frame NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithCoder:(NSCoder*)coder NS_DESIGNATED_INITIALIZER;
- (void)startAnimating;
- (void)stopAnimating;
@end

NS_ASSUME_NONNULL_END
}
